import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isGone, type ProcessIdentity, thisProcess } from "../store/machine.ts";
import { NoKernelError } from "./fallback.ts";

/** Milliseconds between two signs of life of a process that uses a library, and without one after which it is taken as gone. */
const beat = 30_000;
const patience = 4 * beat;

/** Markers of this process; what ends in order leaves none. */
const markers = new Set<string>();
process.on("exit", () => {
  for (const marker of markers) rmSync(marker, { force: true });
});

/**
 * Knows which compiled libraries were in use when a process ended without notice. Before a library is loaded a marker is put
 * beside it, `LIBRARY.running.TOKEN`, which says whose it is and goes when that process ends in order. Where one is left behind, the
 * library may have ended its process, or the process was killed: it is a suspect, to be run in a process of its own (`Trial`). Only
 * what faults there is condemned, by a file `LIBRARY.faulted`.
 */
export class FaultWatch {
  readonly #self = thisProcess();
  readonly #token = randomBytes(6).toString("hex");
  /** Own markers, by library. */
  readonly #entered = new Map<string, string>();
  /** What other processes left behind, by library. */
  readonly #suspects = new Map<string, string[]>();
  readonly #condemned = new Map<string, string>();
  readonly #names = new Map<string, Promise<string[]>>();
  #beat: NodeJS.Timeout | undefined;

  /**
   * Says that a library is about to be loaded into this process.
   *
   * @returns whether it must not be: a process ended while it used it
   * @throws NoKernelError where the library has been found to fault
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
   * Asks the disk too, whether or not the library is there: one that faulted before it had its name is not compiled again.
   *
   * @throws NoKernelError where the library has been found to fault
   */
  async refuseKnownFault(library: string): Promise<void> {
    const faulted = (await readFile(faultedFile(library), "utf8").catch(() => "")).trim();
    if (faulted !== "") this.#condemned.set(library, faulted);
    this.refuseCondemned(library);
  }

  /** @throws NoKernelError where this run knows that the library faults */
  refuseCondemned(library: string): void {
    const why = this.#condemned.get(library);
    if (why !== undefined) throw new NoKernelError(why);
  }

  /** Keeps that a library faults, for this run and those to come. */
  async condemn(library: string, what: string, how: string): Promise<void> {
    const path = faultedFile(library);
    const why = `${what} faults (${how}); to try it again, remove ${path}`;
    this.#condemned.set(library, why);
    await writeFile(path, `${why}\n`).catch(() => {});
  }

  /** Ends the watch: libraries that ran until now are no suspects any more. */
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
    // Not flushed: it must outlive this process, not the machine. A cache that takes no marker is used without.
    await writeFile(path, JSON.stringify(this.#self)).catch(() => {});
    this.#beat ??= setInterval(() => {
      const now = new Date();
      for (const marker of this.#entered.values()) utimes(marker, now, now).catch(() => {});
    }, beat).unref();
  }

  /** Markers beside a library of processes that are gone. */
  async #leftBeside(library: string): Promise<string[]> {
    const folder = dirname(library);
    // Read once: what other processes put there later, the next run finds.
    let names = this.#names.get(folder);
    if (!names) {
      names = readdir(folder).catch(() => []);
      this.#names.set(folder, names);
    }
    const own = (await names).filter((name) => name.startsWith(`${basename(library)}.running.`));
    const left: string[] = [];
    for (const path of own.map((name) => join(folder, name))) if (await isLeft(path)) left.push(path);
    return left;
  }
}

function faultedFile(library: string): string {
  return `${library}.faulted`;
}

/** Whether the process that put a marker there is gone; of one on another machine its signs of life tell. */
async function isLeft(marker: string): Promise<boolean> {
  try {
    const gone = isGone(JSON.parse(await readFile(marker, "utf8")) as ProcessIdentity);
    return gone ?? Date.now() - (await stat(marker)).mtimeMs > patience;
  } catch {
    // Gone meanwhile, or cut by a power failure: a machine that went down is no reason for suspicion.
    await rm(marker, { force: true }).catch(() => {});
    return false;
  }
}
