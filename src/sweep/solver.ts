import type { Backend } from "../solve/kernel.ts";
import type { Problem, SolveOptions, SolveResult } from "../solve/problem.ts";

/** Solves problems, in order; `solveProblems` of src/solve is one. */
export type Solver = (problems: Problem[], options: SolveOptions) => Promise<SolveResult[]>;

/** What solves a sweep, from its fits to its replicates. */
export interface SolverSession {
  solve: Solver;
  /** For replicates. */
  backend(): Promise<Backend>;
  close(): Promise<void>;
}

/**
 * Opens what solves a sweep: one backend for all, when it is first needed.
 *
 * @param given solves the fits in its place; the backend is then for replicates alone
 */
export function solverSession(given: Solver | undefined, options: SolveOptions): SolverSession {
  let opened: Promise<Backend> | undefined;
  const backend = (): Promise<Backend> => {
    opened ??= import("../solve/backends.ts").then(({ openBackend }) => {
      return openBackend(options.backend, options.threads, options);
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
    async close() {
      if (opened === undefined) return;
      const open = await opened.catch(() => undefined);
      if (open === undefined) return;
      options.onKernels?.(open.kernelCounts());
      await open.close();
    },
  };
}
