import { createHash } from "node:crypto";
import { perIndex } from "../methods/per-index.ts";
import type { Scheme } from "./scheme.ts";

/** What is drawn from: some runs, in strata. */
export interface Population {
  /** Says which draws are the same: of those that share it. */
  name: string;
  /** In the order of the draws, stratum by stratum. */
  runs: readonly string[];
  /** Runs of each stratum. */
  strata: readonly number[];
}

/**
 * The population of a scheme and its runs. Its name is made of these alone, so that everything on the same runs sees the
 * same draws.
 *
 * @param sizeOf model size of a run
 * @param stage of a scheme whose draws are of points and not of runs: each stage has its own
 */
export function populationOf(
  scheme: Scheme,
  runs: readonly string[],
  sizeOf: (run: string) => number,
  stage?: string,
): Population {
  const hash = createHash("sha256").update(JSON.stringify([scheme.name, stage ?? null, ...runs]));
  const name = `${scheme.name}-${hash.digest("hex").slice(0, 12)}`;
  if (!scheme.bySize) return { name, runs, strata: [runs.length] };
  const counts = new Map<number, number>();
  for (const run of runs) counts.set(sizeOf(run), (counts.get(sizeOf(run)) ?? 0) + 1);
  const sizes = [...counts.keys()].sort((a, b) => a - b);
  return {
    name,
    runs: sizes.flatMap((size) => runs.filter((run) => sizeOf(run) === size)),
    strata: sizes.map((size) => counts.get(size)!),
  };
}

/** Model size (parameters) of every run of the table. */
export const runSizes = perIndex(
  () => "",
  ({ table }) => new Map(table.run.map((run, row) => [run, table.n[row]!])),
);
