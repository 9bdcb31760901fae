import type { Size } from "../size.ts";
import type { FinalLoss } from "./final-losses.ts";
import type { Pairing } from "./recipe.ts";

/** Which runs are a pair. */
export interface PairRule {
  pairing: Pairing;
  /** Relative difference up to which numbers are the same. */
  pairTolerance: number;
}

/** Two runs that are a pair: the one whose loss is known, and the one whose loss is predicted. */
export interface RunPair {
  x: FinalLoss;
  y: FinalLoss;
}

export interface Pairs {
  pairs: RunPair[];
  /** Runs without a partner. */
  alone: { source: number; destination: number };
}

/** What a pair has in common, in words. */
export const PAIRED_BY: Readonly<Record<Pairing, string>> = {
  size: "parameters and tokens",
  tokens: "tokens",
  budget: "budget of FLOPs",
};

/** Relative difference of two positive numbers. */
function apart(a: number, b: number): number {
  return Math.abs(a - b) / Math.max(a, b);
}

/** How far two runs are from being a pair: the largest relative difference of what they are to have in common. */
function distance(a: Size, b: Size, pairing: Pairing): number {
  switch (pairing) {
    case "size":
      return Math.max(apart(a.n, b.n), apart(a.d, b.d));
    case "tokens":
      return apart(a.d, b.d);
    case "budget":
      return apart(a.c, b.c);
  }
}

/** The run that is a pair with one of that size: the nearest within the tolerance, of equally near ones that of least loss. */
export function partnerOf(
  size: Size,
  others: readonly FinalLoss[],
  { pairing, pairTolerance }: PairRule,
): FinalLoss | undefined {
  let best: { other: FinalLoss; far: number } | undefined;
  for (const other of others) {
    const far = distance(size, other.size, pairing);
    if (far > pairTolerance) continue;
    // Of a budget every run within the tolerance is as near as any other.
    const isNearer = best === undefined || (pairing !== "budget" && far < best.far);
    const isAsNear = best !== undefined && (pairing === "budget" || far === best.far);
    if (isNearer || (isAsNear && other.value < best!.other.value)) best = { other, far };
  }
  return best?.other;
}

/**
 * Pairs the runs of two corpora: each run is in one pair at most (Brandfonbrener et al., 2024, section 4.2). By budget, of
 * each budget the runs of least loss are the pair.
 */
export function pairRuns(
  source: readonly FinalLoss[],
  destination: readonly FinalLoss[],
  rule: PairRule,
): Pairs {
  const from = rule.pairing === "budget" ? leastOfBudgets(source, rule) : source;
  const to = rule.pairing === "budget" ? leastOfBudgets(destination, rule) : destination;
  const free = new Set(from);
  const pairs = to.flatMap((y): RunPair[] => {
    const x = partnerOf(y.size, [...free], rule);
    if (x === undefined) return [];
    free.delete(x);
    return [{ x, y }];
  });
  return { pairs, alone: { source: free.size, destination: to.length - pairs.length } };
}

/** Of each budget the run of least loss. */
function leastOfBudgets(runs: readonly FinalLoss[], rule: PairRule): FinalLoss[] {
  return runs.filter((run) => partnerOf(run.size, runs, rule) === run);
}

/** Pairs a run's loss with another loss of its own. */
export function pairOwn(source: readonly FinalLoss[], destination: readonly FinalLoss[]): Pairs {
  const sourceOf = new Map(source.map((one) => [one.run, one]));
  const pairs = destination.flatMap((y): RunPair[] => {
    const x = sourceOf.get(y.run);
    return x === undefined ? [] : [{ x, y }];
  });
  return {
    pairs,
    alone: { source: source.length - pairs.length, destination: destination.length - pairs.length },
  };
}
