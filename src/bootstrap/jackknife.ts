import type { Backend } from "../solve/kernel.ts";
import type { Solution, SolveResult } from "../solve/problem.ts";
import { solveProblemsOn } from "../solve/solve.ts";
import { firstPoints } from "./scheme.ts";
import type { StagePoints } from "./stage-points.ts";

/** Parameters of a stage with one run left out, by the run's number; undefined where such a fit has no solution. */
export type LeftOut = readonly (Float64Array | undefined)[];

/**
 * Fits a stage with each run of its population left out in turn, by weights of 0, from the fit of all and some random
 * starts. A run of which the stage has no points leaves the fit of all.
 */
export async function leaveOneRunOut(
  backend: Backend,
  { problem, runLengths, points }: StagePoints,
  { parameters }: Solution,
  { starts, seed }: { starts: number; seed: number },
): Promise<LeftOut> {
  const first = firstPoints(runLengths);
  const measured = runLengths.flatMap((length, run) => (length > 0 ? [run] : []));
  const problems = measured.map((run) => {
    const weights = problem.weights?.slice() ?? new Float64Array(points).fill(1);
    weights.fill(0, first[run], first[run + 1]);
    return { ...problem, weights, givenStarts: [parameters] };
  });
  const results = await solveProblemsOn(backend, problems, { starts, seed });
  const leftOut: (Float64Array | undefined)[] = runLengths.map(() => parameters);
  measured.forEach((run, i) => {
    leftOut[run] = parametersOf(results[i]!);
  });
  return leftOut;
}

function parametersOf(result: SolveResult): Float64Array | undefined {
  return "solution" in result ? result.solution.parameters : undefined;
}
