import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isGone, type ProcessIdentity, thisProcess } from "../store/machine.ts";
import { NoKernelError } from "./fallback.ts";

/** Milliseconds between two signs of life of a process that uses a library, and without one after which it counts as gone. */
const beat = 30_000;
const patience = 4 * beat;

/** Markers of this process; they are removed when it ends in order. */
const markers = new Set<string>();
process.on("exit", () => {
  for (const marker of markers) rmSync(marker, { force: true });
});

/**
 * Keeps track of compiled libraries that were in use when a process ended unexpectedly. Before a library is loaded a marker is
 * written beside it, `LIBRARY.running.TOKEN`, which names the process and is removed when that ends in order. A marker that is left
 * behind means that the library may have crashed its process, or that the process was killed: the library is a suspect, and runs in
 * a separate process (`Trial`). Only a library that faults there is condemned, by a file `LIBRARY.faulted`.
 */
export class FaultWatch {
  readonly #self = thisProcess();
  readonly #token = randomBytes(6).toString("hex");
  /** The markers of this process, by library. */
  readonly #entered = new Map<string, string>();
  /** Markers that other processes left behind, by library. */
  readonly #suspects = new Map<string, string[]>();
  readonly #condemned = new Map<string, string>();
  readonly #names = new Map<string, Promise<string[]>>();
  #beat: NodeJS.Timeout | undefined;

  /**
   * Notes that a library is about to be loaded into this process.
   *
   * @returns whether it must not be loaded here, because a process ended while it was in use
   * @throws NoKernelError where the library is condemned
   */
  async isSuspect(library: string): Promise<boolean> {
    this.refuseCondemned(library);
    if (this.#entered.has(library)) return false;
    if (this.#suspects.has(library)) return true;
    const left = await this.#leftBeside(library);
    if (left.length > 0) {
      this.#suspects.set(library, left);
      return true;
    }
    await this.#mark(library);
    return false;
  }

  /**
   * Reads from disk whether a library is condemned, even where the library does not exist: one that faulted before it got its name is
   * not compiled again.
   *
   * @throws NoKernelError where the library is condemned
   */
  async refuseKnownFault(library: string): Promise<void> {
    const faulted = (await readFile(faultedFile(library), "utf8").catch(() => "")).trim();
    if (faulted !== "") this.#condemned.set(library, faulted);
    this.refuseCondemned(library);
  }

  /** @throws NoKernelError where this process knows that the library is condemned */
  refuseCondemned(library: string): void {
    const why = this.#condemned.get(library);
    if (why !== undefined) throw new NoKernelError(why);
  }

  /** Condemns a library, for this process and later ones. */
  async condemn(library: string, what: string, how: string): Promise<void> {
    const path = faultedFile(library);
    const why = `${what} faults (${how}); to try it again, remove ${path}`;
    this.#condemned.set(library, why);
    await writeFile(path, `${why}\n`).catch(() => {});
  }

  /** Ends the watch: the markers of this process, and those of suspects that ran well, are removed. */
  async close(): Promise<void> {
    clearInterval(this.#beat);
    const done = [...this.#entered.values(), ...[...this.#suspects.values()].flat()];
    await Promise.all(done.map((path) => rm(path, { force: true }).catch(() => {})));
    for (const path of done) markers.delete(path);
  }

  async #mark(library: string): Promise<void> {
    const path = `${library}.running.${this.#token}`;
    this.#entered.set(library, path);
    markers.add(path);
    // The marker is not flushed: it must outlive this process, not the machine. A cache that takes no marker is used without one.
    await writeFile(path, JSON.stringify(this.#self)).catch(() => {});
    this.#beat ??= setInterval(() => {
      const now = new Date();
      for (const marker of this.#entered.values()) utimes(marker, now, now).catch(() => {});
    }, beat).unref();
  }

  /** The markers beside a library whose processes have ended. */
  async #leftBeside(library: string): Promise<string[]> {
    const folder = dirname(library);
    // The folder is read once; markers that other processes write later are found by the next process.
    let names = this.#names.get(folder);
    if (!names) {
      names = readdir(folder).catch(() => []);
      this.#names.set(folder, names);
    }
    const beside = (await names).filter((name) => name.startsWith(`${basename(library)}.running.`));
    const left: string[] = [];
    for (const path of beside.map((name) => join(folder, name))) if (await isLeft(path)) left.push(path);
    return left;
  }
}

function faultedFile(library: string): string {
  return `${library}.faulted`;
}

/** Whether the process of a marker has ended; on another machine, whether it has shown no sign of life. */
async function isLeft(marker: string): Promise<boolean> {
  try {
    const gone = isGone(JSON.parse(await readFile(marker, "utf8")) as ProcessIdentity);
    return gone ?? Date.now() - (await stat(marker)).mtimeMs > patience;
  } catch {
    // The marker was removed meanwhile, or cut by a power failure, which is no reason to suspect the library.
    await rm(marker, { force: true }).catch(() => {});
    return false;
  }
}
