import { lstat, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LibraryHandle } from "koffi";
import { UserError } from "../errors.ts";
import { diskError } from "../store/disk-errors.ts";
import { type Compiler, compile } from "./compiler.ts";
import { NoKernelError } from "./fallback.ts";
import { FaultWatch } from "./fault-watch.ts";
import type { Kernel } from "./kernel.ts";
import { cachedFiles, cachePaths, type OnWarning, putIntoCache, removeLeftOvers } from "./kernel-cache.ts";
import { bindLibrary, instructionSetIn, kernelIn } from "./native-library.ts";
import { kernelsFolder } from "./paths.ts";
import { Trial, type Tried } from "./trial.ts";

/** Where a kernel is made from: one of the kernels' files, with others beside the compiler's working folder, by name. */
export type Making = [
  hash: string,
  compiler: Compiler,
  source: string,
  flags: string[],
  files?: Record<string, string>,
];

/** What is taken from a library: by this process, or by one of its own where the library is suspected of faults. */
interface Use<Bound> {
  /** In messages: "the compiled kernel of form chinchilla". */
  what: string;
  bind(library: LibraryHandle): Bound;
  apart(trial: Trial, tried: Tried): Promise<Bound>;
}

/**
 * The compiled libraries that a backend uses: from the cache, compiled where they are not there, do not load or lack a function.
 * All throw NoKernelError where there is no way to a library that works.
 */
export class Libraries {
  readonly #onWarning: OnWarning;
  readonly #watch = new FaultWatch();
  readonly #signal: AbortSignal | undefined;
  readonly #trial: Trial;
  #stuck: NoKernelError | undefined;

  /**
   * @param signal ends what libraries do in processes of their own, with the signal's reason
   * @param loadSeconds that a library may take to load in such a process
   */
  constructor(onWarning: OnWarning = () => {}, signal?: AbortSignal, loadSeconds?: number) {
    this.#onWarning = onWarning;
    this.#signal = signal;
    this.#trial = new Trial(this.#watch, signal, loadSeconds);
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

  /** A kernel of so many parameters, and whether it was compiled now. Where it faults its calls may throw NoKernelError. */
  async kernel(
    what: string,
    parameters: number,
    ...making: Making
  ): Promise<{ kernel: Kernel; isCompiled: boolean }> {
    const { bound, isCompiled } = await this.#load(making, {
      what,
      bind: (library) => kernelIn(library, parameters),
      apart: (trial, tried) => trial.kernel(tried, parameters),
    });
    return { kernel: bound, isCompiled };
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
    /** What a compiler has just made is loaded in a process of its own first, before others find it: it may be anything. */
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
        // Of a machine with another C library, or a compiler's mistake: it is compiled once more.
      }
    }
    const content = await this.#build(making);
    const bound = await putIntoCache(name, content, take, this.#onWarning, attempt).catch(
      (error: unknown) => {
        if (error instanceof NoKernelError) throw error;
        this.#signal?.throwIfAborted();
        const [, { command }] = making;
        throw new NoKernelError(`what ${command} makes is no kernel: ${(error as Error).message}`);
      },
    );
    return { bound, isCompiled: true };
  }

  async #build(making: Making): Promise<Buffer> {
    if (this.#stuck) throw this.#stuck;
    return build(making).catch((error: unknown) => {
      if (error instanceof NoKernelError && error.isFinal) this.#stuck = error;
      throw error;
    });
  }
}

/**
 * Path of a shared library in the cache, compiled there if it is not yet, and whether it was.
 *
 * @throws NoKernelError where it cannot be compiled or kept
 */
export async function compiledLibrary(...making: Making): Promise<{ path: string; isCompiled: boolean }> {
  const name = fileName(making);
  const [found] = await cachedFiles(name);
  if (found) return { path: found.path, isCompiled: false };
  return { path: await putIntoCache(name, await build(making), (path) => path), isCompiled: true };
}

function fileName([hash]: Making): string {
  return `${hash}.${process.platform === "win32" ? "dll" : "so"}`;
}

/** A compiler's mistake at most: kernels have some 50 kB. */
const mostBytes = 1 << 28;

/** Compiles a library, in a folder that is removed again. */
async function build([, compiler, source, flags, files = {}]: Making): Promise<Buffer> {
  let work: string | undefined;
  try {
    await removeLeftOvers(tmpdir(), /^lawfit-kernel-\w{6}$/);
    work = await mkdtemp(join(tmpdir(), "lawfit-kernel-"));
    for (const [name, text] of Object.entries(files)) await writeFile(join(work, name), text);
    const made = join(work, "kernel");
    const words = [...flags, `-I${work}`, `-I${kernelsFolder}`, "-shared", "-fPIC"];
    await compile(compiler, [...words, "-o", made, join(kernelsFolder, source)], work);
    const stats = await lstat(made).catch(() => undefined);
    if (!stats?.isFile() || stats.size === 0 || stats.size > mostBytes)
      throw new NoKernelError(`${compiler.command} ended well and wrote no kernel`);
    return await readFile(made);
  } catch (error) {
    if (error instanceof NoKernelError || error instanceof UserError || compiler.signal?.aborted) throw error;
    throw new NoKernelError(`a kernel cannot be compiled: ${(diskError(error, tmpdir()) as Error).message}`);
  } finally {
    if (work !== undefined) await rm(work, { recursive: true, force: true }).catch(() => {});
  }
}
