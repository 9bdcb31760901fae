/** Fewest leave-one-out estimates that can show a skewness: two are always symmetric. */
const fewest = 3;

/** Influence below this, relative to the estimates, is rounding. */
const rounding = 1e-12;

/**
 * BCa's acceleration: a sixth of the skewness of the units' jackknife influence (Efron & Tibshirani, 1993, equation
 * 14.15; for strata Davison & Hinkley, 1997, section 5.3.2). Undefined where an estimate is not finite, there are
 * fewer than three, or no unit has influence.
 *
 * @param strata the statistic with one unit left out, an array for each stratum; a stratum of one unit, which every
 *   replicate holds, adds nothing
 */
export function acceleration(strata: readonly Float64Array[]): number | undefined {
  let units = 0;
  let largest = 0;
  let squares = 0;
  let cubes = 0;
  for (const values of strata) {
    units += values.length;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const share = (values.length - 1) / values.length;
    for (const value of values) {
      const influence = share * (mean - value);
      squares += influence ** 2;
      cubes += influence ** 3;
      largest = Math.max(largest, Math.abs(value));
    }
  }
  const size = Math.sqrt(squares / units);
  if (units < fewest || !Number.isFinite(size) || size <= rounding * largest) return undefined;
  return cubes / (6 * squares ** 1.5);
}
