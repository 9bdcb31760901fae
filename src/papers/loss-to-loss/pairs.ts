import type { LeftOutPoints } from "../../methods/method.ts";
import type { Size } from "../../methods/runs.ts";
import type { LossToLossRecipe } from "./choices.ts";
import type { FinalLoss } from "./losses.ts";

/** The rule by which two runs are a pair. */
export type PairRule = Pick<LossToLossRecipe, "pairing" | "pairTolerance">;

type Pairing = PairRule["pairing"];

/** A pair of runs: x, whose loss is known, and y, whose loss is predicted. */
export interface RunPair {
  x: FinalLoss;
  y: FinalLoss;
}

export interface Pairs {
  pairs: RunPair[];
  /** Runs without a partner. */
  alone: { source: number; destination: number };
}

/** The properties that the runs of a pair have in common, in words. */
export const PAIRED_BY: Readonly<Record<Pairing, string>> = {
  size: "parameters and tokens",
  tokens: "tokens",
  budget: "budget of FLOPs",
};

/** Relative difference of two positive numbers. */
function apart(a: number, b: number): number {
  return Math.abs(a - b) / Math.max(a, b);
}

/** The largest relative difference of the properties that the runs of a pair have in common. */
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

/** The partner of a run of that size: the nearest run within the tolerance, and of equally near ones the one of least loss. */
export function partnerOf(
  size: Size,
  others: readonly FinalLoss[],
  { pairing, pairTolerance }: PairRule,
): FinalLoss | undefined {
  let best: { other: FinalLoss; far: number } | undefined;
  for (const other of others) {
    const far = distance(size, other.size, pairing);
    if (far > pairTolerance) continue;
    // All runs of a budget, within the tolerance, are equally near.
    const isNearer = best === undefined || (pairing !== "budget" && far < best.far);
    const isAsNear = best !== undefined && (pairing === "budget" || far === best.far);
    if (isNearer || (isAsNear && other.value < best!.other.value)) best = { other, far };
  }
  return best?.other;
}

/**
 * Pairs the runs of two corpora; each run is in one pair at most (Brandfonbrener et al., 2024, section 4.2). With pairing by budget,
 * the runs of least loss of each budget are the pair.
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

/** The run of least loss of each budget. */
function leastOfBudgets(runs: readonly FinalLoss[], rule: PairRule): FinalLoss[] {
  return runs.filter((run) => partnerOf(run.size, runs, rule) === run);
}

/** Pairs one loss of each run with another loss of the same run. */
export function pairOwn(source: readonly FinalLoss[], destination: readonly FinalLoss[]): Pairs {
  const sourceOf = new Map(source.map((loss) => [loss.run, loss]));
  const pairs = destination.flatMap((y): RunPair[] => {
    const x = sourceOf.get(y.run);
    return x === undefined ? [] : [{ x, y }];
  });
  return {
    pairs,
    alone: { source: source.length - pairs.length, destination: destination.length - pairs.length },
  };
}

/** Largest number of runs that a reason names. */
const NAMED = 3;

/**
 * The pairs whose losses have the logarithms that the fit takes, and the reasons why others are left out.
 *
 * @param E0 that source losses must be above; undefined where it is fitted
 * @param above level that destination losses must be above
 */
export function usablePairs(
  { pairs, alone }: Pairs,
  pairing: Pairing,
  E0: number | undefined,
  above: number,
): { kept: RunPair[]; leftOut: LeftOutPoints[] } {
  const low = pairs.filter(({ x }) => E0 !== undefined && x.value <= E0);
  const rest = pairs.filter((pair) => !low.includes(pair));
  const under = rest.filter(({ y }) => y.value <= above);
  const same = PAIRED_BY[pairing];
  const leftOut = [
    { reason: `of the source without a pair (${same})`, points: alone.source },
    { reason: `of the destination without a pair (${same})`, points: alone.destination },
    {
      reason: `whose source loss is not above E0 = ${short(E0 ?? 0)} (${named(low.map(({ x }) => x.run))})`,
      points: low.length,
    },
    {
      reason: `whose loss is not above E1 = ${short(above)} (${named(under.map(({ y }) => y.run))})`,
      points: under.length,
    },
  ];
  return {
    kept: rest.filter((pair) => !under.includes(pair)),
    leftOut: leftOut.filter(({ points }) => points > 0),
  };
}

/** Why a translation cannot be fitted to the remaining pairs: it needs one pair more than it has free parameters. */
export function whyTooFew(
  { from, to, pairs: { pairs } }: { from: string; to: string; pairs: Pairs },
  kept: number,
  free: number,
  leftOut: readonly LeftOutPoints[],
): string {
  if (pairs.length === 0) return `no run of ${from} is a pair with one of ${to}${because(leftOut)}`;
  return `${kept} of ${pairs.length} pairs of ${from} and ${to} can be used, a translation of ${free} free parameters needs at least ${free + 1}${because(leftOut)}`;
}

function because(leftOut: readonly LeftOutPoints[]): string {
  const parts = leftOut.map(({ reason, points }) => `${points} ${reason}`);
  return parts.length === 0 ? "" : `: ${parts.join(", ")}`;
}

function named(runs: readonly string[]): string {
  return runs.length > NAMED ? `${runs.slice(0, NAMED).join(", ")}, ...` : runs.join(", ");
}

const short = (value: number): string => String(Number(value.toPrecision(4)));

/** The smallest source loss of pairs. */
export function smallestLoss(pairs: readonly RunPair[]): number {
  return Math.min(...pairs.map(({ x }) => x.value));
}
