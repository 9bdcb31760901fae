import type { ValueRange } from "./interval.ts";

/**
 * Standard deviation of what no form knows, for each factor e of compute beyond the runs: of the log-odds of a share of right answers, and of the logarithm of
 * a loss. docs/coverage.md says what they were chosen by.
 */
const GROWTH = { share: 0.02, loss: 0 };

/** Shares closer to 0 and 1 than this have the log-odds of this. */
const LEAST_SHARE = 1e-6;

/**
 * Draws of a value beyond the runs with what no form knows: normal noise, in proportion to the logarithm of the ratio of compute, of the log-odds where the value
 * is a share, and of the logarithm where it is any number from 0. They stay in their range. Values of no known range are left as they are.
 *
 * @param ratio compute over that of the largest run; NaN where it is not known
 * @param noise standard normal numbers, one a draw
 */
export function withDiscrepancy(
  values: Float64Array,
  range: ValueRange,
  ratio: number,
  noise: Float64Array,
): Float64Array {
  const beyond = Math.log(Math.max(1, ratio));
  if (!(beyond > 0) || range.lower !== 0) return values;
  if (range.upper === 1)
    return values.map((value, i) => shareMoved(value, GROWTH.share * beyond * noise[i]!));
  return values.map((value, i) => value * Math.exp(GROWTH.loss * beyond * noise[i]!));
}

/** A share with its log-odds moved; one beyond 0 to 1 has none and is left. */
function shareMoved(share: number, by: number): number {
  if (!(share >= 0 && share <= 1)) return share;
  const within = Math.min(Math.max(share, LEAST_SHARE), 1 - LEAST_SHARE);
  const odds = (within / (1 - within)) * Math.exp(by);
  return odds / (1 + odds);
}
