import type { OutcomeStore } from "../bootstrap/outcome-store.ts";
import type { Backend } from "../solve/kernel.ts";
import type { Problem, SolveOptions, SolveResult } from "../solve/problem.ts";
import { type BackendWatch, unlessStopped, type WatchedBackend, watchBackend } from "./watched-backend.ts";

/** Solves problems, in order; `solveProblems` of src/solve is one. */
export type Solver = (problems: Problem[], options: SolveOptions) => Promise<SolveResult[]>;

/** What solves a sweep, from its fits to its replicates. */
export interface SolverSession {
  solve: Solver;
  /** For replicates. */
  backend(): Promise<Backend>;
  /** Where replicates are kept between runs; undefined where they are not. */
  kept?: OutcomeStore | undefined;
  /** Of a session that solves nothing: the error that says that a problem's replicates are missing. */
  absent?: ((problemKey: string) => Error) | undefined;
  /** Asks what is worked out beside it to stop too. */
  signal?: AbortSignal | undefined;
  close(): Promise<void>;
}

/**
 * Opens what solves a sweep: one backend for all, when it is first needed.
 *
 * @param given solves the fits in its place; the backend is then for replicates alone
 * @param watch counts its fits and can stop it
 */
export function solverSession(
  given: Solver | undefined,
  options: SolveOptions,
  watch: BackendWatch = {},
): SolverSession {
  let opened: Promise<WatchedBackend> | undefined;
  let isClosed = false;
  const backend = (): Promise<Backend> => {
    opened ??= import("../solve/backends.ts").then(async ({ openBackend }) => {
      const { signal } = watch;
      const open = () => openBackend(options.backend, options.threads, { ...options, signal });
      return watchBackend(await unlessStopped(signal, open), watch);
    });
    return opened;
  };
  const solve: Solver = async (problems, own) => {
    const { solveProblemsOn } = await import("../solve/solve.ts");
    return solveProblemsOn(await backend(), problems, own);
  };
  return {
    solve: given ?? solve,
    backend,
    signal: watch.signal,
    async close() {
      if (opened === undefined || isClosed) return;
      isClosed = true;
      const open = await opened.catch(() => undefined);
      if (open === undefined) return;
      // Requests that an error left on their way.
      await open.idle();
      options.onKernels?.(open.kernelCounts());
      await open.close();
    },
  };
}
