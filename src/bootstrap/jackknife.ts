import type { Backend } from "../solve/kernel.ts";
import type { Solution, SolveResult } from "../solve/problem.ts";
import { solveProblemsOn } from "../solve/solve.ts";
import { type CellDraws, type Quantity, quantities, quantityNames } from "./bootstrap-cells.ts";
import type { StagePoints } from "./population.ts";
import { firstPoints } from "./schemes.ts";

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

/** A target's quantities with one run left out: an array for each stratum of the runs, one value a run. */
export type TargetJackknife = Record<Quantity, Float64Array[]>;

/** Chains the fits with one run left out, of all stages at once, into predictions; NaN where a fit has no solution. */
export function jackknifeTargets({ cell, uses, outcomes }: CellDraws): Map<string, TargetJackknife> {
  const drawn = uses.find((use) => use !== undefined && !use.isApart);
  const found = new Map<string, TargetJackknife>();
  if (drawn === undefined) return found;
  const { runs, strata } = drawn.population;
  const empty = (): Float64Array[] => strata.map((size) => new Float64Array(size).fill(Number.NaN));
  const place = strata.flatMap((size, stratum) => Array.from({ length: size }, (_, i) => ({ stratum, i })));
  runs.forEach((_, run) => {
    const parameters = uses.map((use, s) =>
      use?.isApart ? use.solution.parameters : outcomes[s]?.leftOut?.[run],
    );
    for (const prediction of cell.plan.predict(parameters)) {
      let own = found.get(prediction.target);
      if (own === undefined) {
        own = { predicted: empty(), feature: empty(), link: empty() };
        found.set(prediction.target, own);
      }
      const { stratum, i } = place[run]!;
      for (const name of quantityNames) own[name][stratum]![i] = prediction[quantities[name].estimate];
    }
  });
  return found;
}
