import type { Comparison } from "./compare-axes.ts";
import { TIE } from "./outcomes.ts";

/** A value of an axis against another, over the comparisons that have both. */
export interface Paired {
  pairs: number;
  /** Mean of the absolute error minus that of the other value; NaN without pairs, as the next. */
  diffAbsError: number;
  diffAbsRelError: number;
  /** Pairs in which the relative error is smaller, larger, and the same to 1e-7. */
  wins: number;
  losses: number;
  ties: number;
}

/** Holds the value at one place of the comparisons against that at another. */
export function pairedDifferences(
  comparisons: readonly Comparison[],
  value: number,
  reference: number,
): Paired {
  const paired = { pairs: 0, wins: 0, losses: 0, ties: 0 };
  let absError = 0;
  let absRelError = 0;
  for (const comparison of comparisons) {
    const ours = comparison[value];
    const theirs = comparison[reference];
    if (ours === undefined || theirs === undefined) continue;
    const difference = ours.absRelError - theirs.absRelError;
    paired.pairs++;
    absError += ours.absError - theirs.absError;
    absRelError += difference;
    if (Math.abs(difference) <= TIE) paired.ties++;
    else if (difference < 0) paired.wins++;
    else paired.losses++;
  }
  const { pairs } = paired;
  return { ...paired, diffAbsError: absError / pairs, diffAbsRelError: absRelError / pairs };
}
