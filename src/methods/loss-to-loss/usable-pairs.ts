import type { LeftOutPoints } from "../left-out.ts";
import { PAIRED_BY, type RunPair } from "./pairs.ts";
import type { Pairing } from "./recipe.ts";
import type { Translation } from "./translation.ts";

/** Runs that a reason names. */
const NAMED = 3;

/** Pairs whose losses have the logarithms that the fit takes; the others with the reason. */
export function usablePairs(
  { pairs: { pairs, alone } }: Translation,
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

/** Why a translation of some free parameters cannot be fitted to what is left: it needs one pair more than those. */
export function whyTooFew(
  { from, to, pairs }: Translation,
  kept: number,
  free: number,
  leftOut: readonly LeftOutPoints[],
): string {
  if (pairs.pairs.length === 0) return `no run of ${from} is a pair with one of ${to}${because(leftOut)}`;
  return `${kept} of ${pairs.pairs.length} pairs of ${from} and ${to} can be used, a translation of ${free} free parameters needs at least ${free + 1}${because(leftOut)}`;
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
