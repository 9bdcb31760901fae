/** Median size of a standard normal number. */
const MEDIAN_SIZE = 0.6745;

/**
 * Standard deviation of normal noise as the median size of residuals tells it, which single ones do not move (Hampel, 1974); NaN of none.
 *
 * @param sizes absolute residuals, ascending
 */
export function medianSpread(sizes: ArrayLike<number>): number {
  return (sizes[sizes.length >> 1] ?? Number.NaN) / MEDIAN_SIZE;
}

/** Where in sorted draws a quantile lies. */
export interface QuantileLevel {
  /** From 0 to 1. */
  level: number;
  /** Monte Carlo standard deviation of the level: the share of the draws that fall below the true quantile varies. */
  error: number;
}

/** A level that was fixed beforehand: the number of draws below its quantile is binomial. */
export function fixedLevel(level: number, draws: number): QuantileLevel {
  return { level, error: Math.sqrt((level * (1 - level)) / draws) };
}

/** True where one standard deviation up or down leaves the draws: there are too few of them for the level. */
export function isBeyondDraws({ level, error }: QuantileLevel): boolean {
  return !(level - error >= 0 && level + error <= 1);
}

/**
 * Quantile of sorted values, linear between them: the first is at level 0, the last at level 1 (Hyndman & Fan, 1996,
 * type 7; the default of NumPy and R). NaN of no values.
 *
 * @param level from 0 to 1
 */
export function quantile(sorted: Float64Array, level: number): number {
  if (sorted.length === 0 || !(level >= 0 && level <= 1)) return Number.NaN;
  const place = level * (sorted.length - 1);
  const index = Math.floor(place);
  const share = place - index;
  const low = sorted[index]!;
  if (share === 0) return low;
  const high = sorted[index + 1]!;
  // Equal values give themselves, infinite ones too; beside an infinite one the quantile is infinite.
  if (low === high || low === Number.NEGATIVE_INFINITY) return low;
  return low + share * (high - low);
}

/**
 * Monte Carlo standard error of a quantile, without an estimate of the density: half the distance between the
 * quantiles one standard deviation of the level above and below (after Woodruff, 1952). Infinite where that is beyond
 * the draws.
 */
export function quantileError(sorted: Float64Array, at: QuantileLevel): number {
  if (isBeyondDraws(at)) return Number.POSITIVE_INFINITY;
  const above = quantile(sorted, at.level + at.error);
  const below = quantile(sorted, at.level - at.error);
  return above === below ? 0 : (above - below) / 2;
}
