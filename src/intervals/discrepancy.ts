import type { ValueRange } from "./interval.ts";

/**
 * Standard deviation of what no form knows of a share of right answers: of its log-odds, for each factor e of compute beyond the runs. docs/coverage.md says
 * what it was chosen by.
 */
const GROWTH = 0.015;

/** Standard deviation of what no form knows of the log-odds of a share, by the ratio of compute to that of the largest run; NaN where it is not known. */
export type Discrepancy = (ratio: number) => number;

/** Beyond the runs alone, in proportion to the logarithm of the ratio. */
export const growing: Discrepancy = (ratio) => GROWTH * Math.log(ratio);

/**
 * Inside the runs too, and growing beyond them: the likeliest by the errors of 360 back-tests of ten tasks of the OLMo ladder (Bhagia et al., 2024), fitted with the priors
 * of preset `ladder-bayes` (docs/ladder.md).
 */
export const learnt: Discrepancy = (ratio) =>
  Math.hypot(LEARNT_INSIDE, LEARNT_GROWTH * Math.log(Math.max(1, ratio)));

const [LEARNT_INSIDE, LEARNT_GROWTH] = [0.05, 0.04];

/** Shares closer to 0 and 1 than this have the log-odds of this. */
const LEAST_SHARE = 1e-6;

/**
 * Draws of a share with what no form knows: normal noise of the log-odds, so that they stay in their range. Draws of other values are left as they are.
 *
 * @param spread its standard deviation; none where it is not above 0
 * @param noise standard normal numbers, one a draw
 */
export function withDiscrepancy(
  values: Float64Array,
  range: ValueRange,
  spread: number,
  noise: Float64Array,
): Float64Array {
  if (!(spread > 0) || range.lower !== 0 || range.upper !== 1) return values;
  return values.map((value, i) => shareMoved(value, spread * noise[i]!));
}

/** A share with its log-odds moved; one beyond 0 to 1 has none and is left. */
function shareMoved(share: number, by: number): number {
  if (!(share >= 0 && share <= 1)) return share;
  const within = Math.min(Math.max(share, LEAST_SHARE), 1 - LEAST_SHARE);
  const odds = (within / (1 - within)) * Math.exp(by);
  return odds / (1 + odds);
}
