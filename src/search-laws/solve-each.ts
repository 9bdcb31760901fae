import { KernelError } from "../solve/check-kernel.ts";
import { whyUnsolvable } from "../solve/check-problem.ts";
import type { Problem, SolveOptions, SolveResult } from "../solve/problem.ts";
import type { SearchTools } from "./search.ts";

/** Stands for a form that cannot be judged. */
const skipped = (reason: string): SolveResult => ({ skipped: { reason } });

/**
 * Solves problems of many forms, in order. Among thousands of forms some have terms that cancel to the last digits, so that a kernel and the
 * definition give different objectives: these are left out, where for a law that was asked for it is an error.
 *
 * @throws KernelError where no problem gives what its definition gives
 */
export async function solveEach(
  { solve }: Pick<SearchTools, "solve">,
  problems: readonly Problem[],
  options: Pick<SolveOptions, "starts" | "seed">,
): Promise<SolveResult[]> {
  const reasons = problems.map(whyUnsolvable);
  const sound = problems.filter((_, i) => reasons[i] === undefined);
  const results = await solveAll(solve, sound, options);
  let next = 0;
  return reasons.map((reason) => (reason === undefined ? results[next++]! : skipped(reason)));
}

async function solveAll(
  solve: SearchTools["solve"],
  problems: Problem[],
  options: Pick<SolveOptions, "starts" | "seed">,
): Promise<SolveResult[]> {
  if (problems.length === 0) return [];
  try {
    return await solve(problems, options);
  } catch (error) {
    if (!(error instanceof KernelError) || problems.length === 1) throw error;
  }
  const results: SolveResult[] = [];
  let last: KernelError | undefined;
  for (const problem of problems) {
    try {
      results.push(...(await solve([problem], options)));
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      last = error;
      results.push(skipped(error.message));
    }
  }
  if (last !== undefined && results.every((result) => "skipped" in result)) throw last;
  return results;
}
