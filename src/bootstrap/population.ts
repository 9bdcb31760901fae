import { createHash } from "node:crypto";
import { groupBy } from "../collections.ts";
import { UserError } from "../errors.ts";
import type { PointRuns } from "../methods/method.ts";
import { perIndex } from "../methods/runs.ts";
import type { Problem } from "../solve/problem.ts";
import { lastRows } from "../tables/run-order.ts";
import { firstPoints, type RunPoints, type Scheme } from "./schemes.ts";

/** The runs from which resamples are drawn, in strata. */
export interface Population {
  /** Populations of the same name have the same draws. */
  name: string;
  /** Names of the runs in the order of the draws, stratum by stratum; of what is drawn in their place where `members` are given. */
  runs: readonly string[];
  /** The runs of each family by its name, where families are drawn whole. */
  members?: ReadonlyMap<string, readonly string[]>;
  /** Number of runs of each stratum. */
  strata: readonly number[];
}

/** The facts about a run that a population needs. */
export interface DrawnRun {
  /** Its place among the runs of the table, in the order of their content. */
  place: number;
  /** Model size (parameters). */
  n: number;
  family?: string | null;
}

/** The runs of a population's unit: its members where families are drawn, else the run itself. */
export function runsOfUnit({ members }: Population, unit: string): readonly string[] {
  return members?.get(unit) ?? [unit];
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

/**
 * The population whose units are the families of the runs of another; a run without a family is a unit of its own.
 *
 * @throws UserError for a family of several sizes where strata are the sizes
 */
export function clusteredByFamily(population: Population, factsOf: (run: string) => DrawnRun): Population {
  const unitOf = (run: string): string => {
    const { family } = factsOf(run);
    return family == null ? `run ${run}` : `family ${family}`;
  };
  const members = groupBy(population.runs, unitOf);
  const sizeOf = (unit: string): number => factsOf(members.get(unit)![0]!).n;
  const isStratified = population.strata.length > 1;
  const mixed = [...members.values()].find((runs) =>
    runs.some((run) => factsOf(run).n !== factsOf(runs[0]!).n),
  );
  if (isStratified && mixed !== undefined) {
    throw new UserError(
      `bootstrap: cluster: family: the runs ${mixed.join(", ")} of one family have several sizes, which scheme run-by-size draws apart; ` +
        "allowed: another scheme, or cluster: run",
    );
  }
  const units = [...members.keys()];
  const groups = units.map((unit) => members.get(unit)!.map((run) => factsOf(run).place));
  const hash = createHash("sha256").update(JSON.stringify([population.name, groups]));
  return {
    name: `${population.name.replace(/-[^-]*$/, "")}-family-${hash.digest("hex").slice(0, 12)}`,
    runs: units,
    strata: isStratified ? [...groupBy(units, sizeOf).values()].map(({ length }) => length) : [units.length],
    members,
  };
}

/** Place, model size and family of every run of the table. */
export const drawnRuns = perIndex(
  () => "",
  ({ table, places }) =>
    new Map(
      Array.from(lastRows(table, places.keys()), ([run, row]) => {
        return [run, { place: places.get(run)!, n: table.n[row]!, family: table.family[row]! }];
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
  const lengths = population.runs.map((unit) => {
    let length = 0;
    for (const run of runsOfUnit(population, unit)) {
      const place = placeOf.get(run);
      if (place === undefined) continue;
      take(first[place]!, first[place + 1]!);
      placeOf.delete(run);
      length += runLengths[place]!;
    }
    return length;
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
