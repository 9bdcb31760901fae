import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { NoKernelError } from "./fallback.ts";
import type { FaultWatch } from "./fault-watch.ts";
import { type Limiter, limiter } from "./in-parallel.ts";
import type { Kernel, KernelAnswer } from "./kernel.ts";
import { packageFolder } from "./paths.ts";
import type { TrialAnswer, TrialMessage, TrialReply, TrialTask } from "./trial-process.ts";

/** The compiled file of the processes, which run JavaScript even where tests run the TypeScript sources. */
const processFile = join(packageFolder, "dist", "solve", "trial-process.js");

/** Signals that a process raises by its own fault; others are sent from outside. */
const faults: readonly NodeJS.Signals[] = [
  "SIGSEGV",
  "SIGBUS",
  "SIGILL",
  "SIGFPE",
  "SIGABRT",
  "SIGTRAP",
  "SIGSYS",
];

/** On Windows, exit codes from this one on are uncaught exceptions. */
const firstException = 0xc0000000;

/** Seconds that loading a library may take, the start of the process on a busy machine included; usually it takes milliseconds. */
const longestLoad = 120;

/** A library that is tried, and its name in messages. */
export interface Tried {
  path: string;
  /** The path that the library has, or will have, in the cache. */
  library: string;
  /** "the compiled kernel of form chinchilla". */
  what: string;
}

/**
 * Runs suspected libraries in a separate process, with as many requests at once as in this one. Where that process ends, the requests
 * that were under way are repeated one at a time: a request that ends its process alone has found the fault.
 */
export class Trial {
  readonly #watch: FaultWatch;
  readonly #together: TrialProcess;
  readonly #alone: TrialProcess;
  readonly #oneByOne: Limiter = limiter(1);

  /** @param signal ends the processes; requests then throw the signal's reason */
  constructor(watch: FaultWatch, signal?: AbortSignal, loadSeconds = longestLoad) {
    this.#watch = watch;
    this.#together = new TrialProcess(loadSeconds, signal);
    this.#alone = new TrialProcess(loadSeconds, signal);
  }

  /** @throws Error where the library cannot be loaded; NoKernelError where it faults, or loading does not end */
  async instructionSet(tried: Tried): Promise<string> {
    return (await this.#ask(tried, { kind: "instruction set", path: tried.path })) as string;
  }

  /**
   * The kernel in a library. Its calls throw NoKernelError where it faults.
   *
   * @throws Error where the library cannot be loaded; NoKernelError where loading faults, or does not end
   */
  async kernel(tried: Tried, parameters: number): Promise<Kernel> {
    const { path } = tried;
    await this.#ask(tried, { kind: "load", path, parameters });
    return {
      solve: (request) =>
        this.#ask(tried, { kind: "solve", path, parameters, request }) as Promise<KernelAnswer>,
      starts: (request, range) =>
        this.#ask(tried, { kind: "starts", path, parameters, request, range }) as Promise<Float64Array>,
    };
  }

  /** Starts the process, which takes a while, before a library is there. */
  prepare(): void {
    this.#together.prepare();
  }

  close(): void {
    this.#together.close();
    this.#alone.close();
  }

  async #ask({ library, what }: Tried, task: TrialTask): Promise<TrialAnswer> {
    this.#watch.refuseCondemned(library);
    const first = await this.#together.ask(task).catch(endOf);
    if (!(first instanceof ProcessEnded)) return first;
    return this.#oneByOne(async () => {
      this.#watch.refuseCondemned(library);
      const second = await this.#alone.ask(task).catch(endOf);
      if (!(second instanceof ProcessEnded)) return second;
      if (second.isFault) {
        await this.#watch.condemn(library, what, second.message);
        this.#watch.refuseCondemned(library);
      }
      throw new NoKernelError(`${what} ended the separate process that tried it (${second.message})`);
    });
  }
}

/** A process ended, or was ended, while a request was under way. */
class ProcessEnded extends Error {
  readonly isFault: boolean;

  constructor(how: string, isFault: boolean) {
    super(how);
    this.isFault = isFault;
  }
}

function endedWith(code: number | null, signal: NodeJS.Signals | null): ProcessEnded {
  if (signal !== null) return new ProcessEnded(signal, faults.includes(signal));
  return new ProcessEnded(`exit code ${code}`, code! >= firstException);
}

function endOf(error: unknown): ProcessEnded {
  if (error instanceof ProcessEnded) return error;
  throw error;
}

/** Milliseconds without a request after which a process is ended, because it takes about 45 MB. */
const longestRest = 5000;

interface Waiting {
  resolve(answer: TrialAnswer): void;
  reject(error: unknown): void;
}

/** Tasks with a time limit; others take as long as their fits need. */
const loads: readonly TrialTask["kind"][] = ["instruction set", "load"];

/** A process that loads libraries and calls them: started when it is needed, and again after it has ended. */
class TrialProcess {
  readonly #loadSeconds: number;
  readonly #signal: AbortSignal | undefined;
  #child: ChildProcess | undefined;
  #waiting = new Map<number, Waiting>();
  #end: (why: unknown) => void = () => {};
  #next = 0;
  #resting: NodeJS.Timeout | undefined;

  constructor(loadSeconds: number, signal: AbortSignal | undefined) {
    this.#loadSeconds = loadSeconds;
    this.#signal = signal;
  }

  /**
   * @throws ProcessEnded where the process ends before it answers, or loading does not end; Error where the library cannot be loaded;
   * the signal's reason
   */
  async ask(task: TrialTask): Promise<TrialAnswer> {
    this.prepare();
    const message: TrialMessage = { number: this.#next++, task };
    clearTimeout(this.#resting);
    this.#child!.ref();
    this.#child!.channel?.ref();
    const end = this.#end;
    const answer = new Promise<TrialAnswer>((resolve, reject) => {
      this.#waiting.set(message.number, { resolve, reject });
      // Where the message cannot be sent the process has ended, and its exit rejects the request.
      this.#child!.send(message, () => {});
    });
    if (!loads.includes(task.kind)) return answer;
    const limit = setTimeout(
      () => end(new ProcessEnded(`loading did not end within ${this.#loadSeconds} s`, true)),
      this.#loadSeconds * 1000,
    );
    return answer.finally(() => clearTimeout(limit));
  }

  /** @throws the signal's reason */
  prepare(): void {
    this.#signal?.throwIfAborted();
    this.#child ??= this.#start();
  }

  close(): void {
    clearTimeout(this.#resting);
    this.#end(new ProcessEnded("closed", false));
  }

  /** Lets this process end while the other one is idle, and ends that one if it stays idle. */
  #rest(child: ChildProcess): void {
    child.unref();
    child.channel?.unref();
    this.#resting = setTimeout(() => this.close(), longestRest).unref();
  }

  #start(): ChildProcess {
    // Typed arrays and numbers that are not finite need the advanced serialization.
    const child = fork(processFile, [String(process.pid)], {
      serialization: "advanced",
      execArgv: [],
      stdio: "ignore",
    });
    const waiting = new Map<number, Waiting>();
    this.#waiting = waiting;
    child.on("message", (reply: TrialReply) => {
      const asked = waiting.get(reply.number);
      waiting.delete(reply.number);
      if (waiting.size === 0) this.#rest(child);
      if ("answer" in reply) asked?.resolve(reply.answer);
      else asked?.reject(new Error(reply.error));
    });
    const end = (why: unknown): void => {
      this.#signal?.removeEventListener("abort", stop);
      if (this.#child === child) this.#child = undefined;
      // Nothing else ends a process whose library does not return, and an orderly exit is not needed.
      child.kill("SIGKILL");
      child.unref();
      child.channel?.unref();
      for (const { reject } of waiting.values()) reject(why);
      waiting.clear();
    };
    const stop = (): void => end(this.#signal?.reason);
    this.#signal?.addEventListener("abort", stop);
    this.#end = end;
    child.on("error", ({ message }) =>
      end(new NoKernelError(`no process for a suspected kernel: ${message}`)),
    );
    child.on("exit", (code, signal) => end(endedWith(code, signal)));
    return child;
  }
}
