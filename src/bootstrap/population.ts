import { createHash } from "node:crypto";
import type { PointRuns } from "../methods/method.ts";
import { perIndex } from "../methods/runs.ts";
import type { Problem } from "../solve/problem.ts";
import { lastRows } from "../tables/run-order.ts";
import { firstPoints, type RunPoints, type Scheme } from "./schemes.ts";

/** The runs from which resamples are drawn, in strata. */
export interface Population {
  /** Populations of the same name have the same draws. */
  name: string;
  /** Names of the runs in the order of the draws, stratum by stratum. */
  runs: readonly string[];
  /** Number of runs of each stratum. */
  strata: readonly number[];
}

/** The facts about a run that a population needs. */
export interface DrawnRun {
  /** Its place among the runs of the table, in the order of their content. */
  place: number;
  /** Model size (parameters). */
  n: number;
}

/**
 * The population of a scheme and its runs. Its name is made of the scheme and the places of the runs alone, so that
 * all stages on the same runs have the same draws, whatever the names of the runs and the order of the table's rows.
 *
 * @param stage of a scheme whose draws are of points and not of runs: each stage has its own
 */
export function populationOf(
  scheme: Scheme,
  given: readonly string[],
  factsOf: (run: string) => DrawnRun,
  stage?: string,
): Population {
  const runs = given.toSorted((a, b) => factsOf(a).place - factsOf(b).place);
  const places = runs.map((run) => factsOf(run).place);
  const hash = createHash("sha256").update(JSON.stringify([scheme.name, stage ?? null, ...places]));
  const name = `${scheme.name}-${hash.digest("hex").slice(0, 12)}`;
  if (!scheme.bySize) return { name, runs, strata: [runs.length] };
  const sizeOf = (run: string): number => factsOf(run).n;
  const counts = new Map<number, number>();
  for (const run of runs) counts.set(sizeOf(run), (counts.get(sizeOf(run)) ?? 0) + 1);
  const sizes = [...counts.keys()].sort((a, b) => a - b);
  return {
    name,
    runs: sizes.flatMap((size) => runs.filter((run) => sizeOf(run) === size)),
    strata: sizes.map((size) => counts.get(size)!),
  };
}

/** Place and model size of every run of the table. */
export const drawnRuns = perIndex(
  () => "",
  ({ table, places }) =>
    new Map(
      Array.from(lastRows(table, places.keys()), ([run, row]) => {
        return [run, { place: places.get(run)!, n: table.n[row]! }];
      }),
    ),
);

/** The points of a stage in the order of a population: run by run, then those of no run of it. */
export interface StagePoints extends RunPoints {
  problem: Problem;
  /** Number of runs with points. */
  measuredRuns: number;
  /** Number of points of no run of the population; every resample has them unchanged. */
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
