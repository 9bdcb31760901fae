import { existsSync } from "node:fs";
import { lstat, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { LibraryHandle } from "koffi";
import { UserError } from "../errors.ts";
import { diskError } from "../store/disk-errors.ts";
import { type Compiler, compile } from "./compiler.ts";
import { NoKernelError } from "./fallback.ts";
import { FaultWatch } from "./fault-watch.ts";
import { type Limiter, limiter } from "./in-parallel.ts";
import type { ManyKernel } from "./kernel.ts";
import { cachedFiles, cachePaths, type OnWarning, putIntoCache, removeLeftOvers } from "./kernel-cache.ts";
import { bindLibrary, instructionSetIn, kernelIn } from "./native-library.ts";
import { kernelsFolder } from "./paths.ts";
import { Trial, type Tried } from "./trial.ts";

/**
 * How a library is compiled: the hash that names it, the compiler, one of the files in kernels/, its flags, the content of further
 * files by name, and, where parts of it are compiled at once, the flag of each.
 */
export type Making = [
  hash: string,
  compiler: Compiler,
  source: string,
  flags: string[],
  files?: Record<string, string>,
  parts?: readonly string[],
];

/** How a library is used: by this process, or by a separate one where it is suspected of faults. */
interface Use<Bound> {
  /** The name in messages: "the compiled kernel of form chinchilla". */
  what: string;
  bind(library: LibraryHandle): Bound;
  apart(trial: Trial, tried: Tried): Promise<Bound>;
}

interface LibrariesOptions {
  onWarning?: OnWarning | undefined;
  /** Ends the separate processes of suspected libraries, with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Time limit of loading a library in such a process. */
  loadSeconds?: number | undefined;
  /** How many compilers run at once. @default all cores */
  threads?: number | undefined;
}

/**
 * The compiled libraries that a backend uses. They come from the cache, and are compiled where they are missing, cannot be loaded or
 * lack a function. All methods throw NoKernelError where no working library can be made.
 */
export class Libraries {
  readonly #onWarning: OnWarning;
  readonly #watch = new FaultWatch();
  readonly #signal: AbortSignal | undefined;
  readonly #trial: Trial;
  readonly #inTurn: Limiter;
  #stuck: NoKernelError | undefined;

  constructor({
    onWarning = () => {},
    signal,
    loadSeconds,
    threads = availableParallelism(),
  }: LibrariesOptions = {}) {
    this.#onWarning = onWarning;
    this.#signal = signal;
    this.#trial = new Trial(this.#watch, signal, loadSeconds);
    this.#inTurn = limiter(threads);
  }

  /** The best instruction set of this machine's processor. */
  async instructionSet(...making: Making): Promise<string> {
    const { bound } = await this.#load(making, {
      what: "the compiled test of the processor",
      bind: instructionSetIn,
      apart: (trial, tried) => trial.instructionSet(tried),
    });
    return bound;
  }

  /** The kernel of a form with this number of parameters, and whether it was compiled now. Its calls throw NoKernelError where it faults. */
  async kernel(
    what: string,
    parameters: number,
    ...making: Making
  ): Promise<{ kernel: ManyKernel; isCompiled: boolean }> {
    const { bound, isCompiled } = await this.#load(making, {
      what,
      bind: (library) => kernelIn(library, parameters),
      apart: (trial, tried) => trial.kernel(tried, parameters),
    });
    return { kernel: bound, isCompiled };
  }

  /** Whether the library of a kernel is in the cache. */
  async has(...making: Making): Promise<boolean> {
    return (await cachePaths(fileName(making))).some((path) => existsSync(path));
  }

  async close(): Promise<void> {
    this.#trial.close();
    await this.#watch.close();
  }

  async #load<Bound>(making: Making, use: Use<Bound>): Promise<{ bound: Bound; isCompiled: boolean }> {
    const { what, bind, apart } = use;
    const take = async (path: string): Promise<Bound> => {
      if (await this.#watch.isSuspect(path)) return apart(this.#trial, { path, library: path, what });
      return bindLibrary(path, bind);
    };
    /** A new library is loaded in a separate process before it gets its name, because a compiler may produce anything. */
    const attempt = async (temporary: string, path: string): Promise<void> => {
      await apart(this.#trial, { path: temporary, library: path, what });
    };
    const name = fileName(making);
    for (const path of await cachePaths(name)) await this.#watch.refuseKnownFault(path);
    for (const { path } of await cachedFiles(name, this.#onWarning)) {
      try {
        return { bound: await take(path), isCompiled: false };
      } catch (error) {
        if (error instanceof NoKernelError) throw error;
        this.#signal?.throwIfAborted();
        // The library is from a machine with another C library, or was compiled wrongly: it is compiled again.
      }
    }
    this.#trial.prepare();
    const content = await build(making, (...how) => this.#compile(...how));
    const bound = await putIntoCache(name, content, take, this.#onWarning, attempt).catch(
      (error: unknown) => {
        if (error instanceof NoKernelError) throw error;
        this.#signal?.throwIfAborted();
        const [, { command }] = making;
        throw new NoKernelError(`the output of ${command} is not a kernel: ${(error as Error).message}`);
      },
    );
    return { bound, isCompiled: true };
  }

  #compile(...how: Parameters<typeof compile>): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#stuck) throw this.#stuck;
      await compile(...how).catch((error: unknown) => {
        if (error instanceof NoKernelError && error.isFinal) this.#stuck = error;
        throw error;
      });
    });
  }
}

function fileName([hash]: Making): string {
  return `${hash}.${process.platform === "win32" ? "dll" : "so"}`;
}

/** Largest size of a library, bytes; kernels have about 50 kB. */
const mostBytes = 1 << 28;

/** Compiles a library in a temporary folder. */
async function build(
  [, compiler, source, flags, files = {}, parts = []]: Making,
  run: typeof compile,
): Promise<Buffer> {
  let work: string | undefined;
  try {
    await removeLeftOvers(tmpdir(), /^lawfit-kernel-\w{6}$/);
    work = await mkdtemp(join(tmpdir(), "lawfit-kernel-"));
    for (const [name, text] of Object.entries(files)) await writeFile(join(work, name), text);
    const made = join(work, "kernel");
    const path = join(kernelsFolder, source);
    const words = [...flags, `-I${work}`, `-I${kernelsFolder}`, "-fPIC"];
    const link = ["-shared", "-o", made];
    if (parts.length === 0) await run(compiler, [...words, ...link, path], work);
    else {
      const objects = parts.map((_, i) => join(work!, `part${i + 1}.o`));
      // None may be at work when the folder is removed.
      const ends = await Promise.allSettled(
        objects.map((object, i) => run(compiler, [...words, parts[i]!, "-c", "-o", object, path], work!)),
      );
      for (const end of ends) if (end.status === "rejected") throw end.reason;
      await run(compiler, ["-fPIC", ...link, ...objects], work);
    }
    const stats = await lstat(made).catch(() => undefined);
    if (!stats?.isFile() || stats.size === 0 || stats.size > mostBytes)
      throw new NoKernelError(`${compiler.command} succeeded but wrote no kernel`);
    return await readFile(made);
  } catch (error) {
    if (error instanceof NoKernelError || error instanceof UserError || compiler.signal?.aborted) throw error;
    throw new NoKernelError(`a kernel cannot be compiled: ${(diskError(error, tmpdir()) as Error).message}`);
  } finally {
    if (work !== undefined) await rm(work, { recursive: true, force: true }).catch(() => {});
  }
}
