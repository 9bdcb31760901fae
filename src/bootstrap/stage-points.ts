import type { PointRuns } from "../methods/method.ts";
import type { Problem } from "../solve/problem.ts";
import type { Population } from "./population.ts";
import { firstPoints, type RunPoints } from "./scheme.ts";

/** The points of a stage in the order of a population: run by run, then those of no run of it. */
export interface StagePoints extends RunPoints {
  problem: Problem;
  /** Runs with points. */
  measuredRuns: number;
  /** Points of no run of the population: in every resample as they are. */
  fixedPoints: number;
}

/** Puts the points of a problem into the order of the population. */
export function arrangePoints(
  problem: Problem,
  { runs, runLengths }: PointRuns,
  population: Population,
): StagePoints {
  const first = firstPoints(runLengths);
  const placeOf = new Map(runs.map((run, i) => [run, i]));
  const order: number[] = [];
  const take = (from: number, to: number): void => {
    for (let q = from; q < to; q++) order.push(q);
  };
  const lengths = population.runs.map((run) => {
    const place = placeOf.get(run);
    if (place === undefined) return 0;
    take(first[place]!, first[place + 1]!);
    placeOf.delete(run);
    return runLengths[place]!;
  });
  const resampled = order.length;
  for (const place of placeOf.values()) take(first[place]!, first[place + 1]!);
  const points = problem.response.length;
  take(first.at(-1)!, points);
  return {
    problem: order.every((q, i) => q === i) ? problem : reordered(problem, order),
    runLengths: lengths,
    strata: population.strata,
    points,
    measuredRuns: lengths.filter((length) => length > 0).length,
    fixedPoints: points - resampled,
  };
}

function reordered(problem: Problem, order: readonly number[]): Problem {
  const pick = (values: Float64Array): Float64Array => Float64Array.from(order, (q) => values[q]!);
  return {
    ...problem,
    variables: problem.variables.map(pick),
    response: pick(problem.response),
    ...(problem.weights && { weights: pick(problem.weights) }),
  };
}
