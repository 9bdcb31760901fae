import { betaProbability, betaQuantile } from "./beta.ts";
import { normalQuantile } from "./normal.ts";

/** From here on Student's t is the normal to rounding. */
const normalFreedom = 1e10;

/** Two-sided tails below this have more digits than what is left inside. */
const farTail = 0.01;

/**
 * Two-sided tail of Student's t: the probability of |T| > |t| (Abramowitz & Stegun, 26.7.1).
 *
 * @param freedom degrees of freedom > 0, whole or not
 */
export function twoSidedTail(t: number, freedom: number): number {
  const square = t * t;
  if (square === Number.POSITIVE_INFINITY) return 0;
  const total = freedom + square;
  return betaProbability(freedom / total, freedom / 2, 0.5, square / total);
}

/**
 * Quantile of Student's t, to 1e-9 relative.
 *
 * @param p probability; -infinity at 0, infinity at 1, NaN outside
 * @param freedom degrees of freedom > 0, whole or not; infinity is the normal
 */
export function studentQuantile(p: number, freedom: number): number {
  if (!(p >= 0 && p <= 1 && freedom > 0)) return Number.NaN;
  if (p === 0 || p === 1 || freedom >= normalFreedom) return normalQuantile(p);
  if (p > 0.5) return -studentQuantile(1 - p, freedom);
  const tail = 2 * p;
  if (tail < farTail) {
    const share = betaQuantile(tail, freedom / 2, 0.5);
    return -Math.sqrt(freedom * (1 / share - 1));
  }
  // The share of t^2 in t^2 + freedom: small where there is much freedom, it keeps the digits that the other loses.
  const share = betaQuantile(1 - tail, 0.5, freedom / 2);
  return -Math.sqrt((freedom * share) / (1 - share));
}
