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
