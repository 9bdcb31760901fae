/**
 * Interval score of Winkler (1972), as Gneiting and Raftery (2007, equation 43) have it: the width of the interval, and where it does
 * not hold the actual value 2/(1 - level) times the distance to it. Lower is better; in the unit of the value, and least in expectation for the true quantiles.
 *
 * @param level nominal coverage, above 0 and below 1
 * @returns NaN where an end is not finite
 */
export function intervalScore(lower: number, upper: number, level: number, actual: number): number {
  if (!Number.isFinite(lower) || !Number.isFinite(upper)) return Number.NaN;
  const outside = Math.max(lower - actual, actual - upper, 0);
  return upper - lower + (2 / (1 - level)) * outside;
}
