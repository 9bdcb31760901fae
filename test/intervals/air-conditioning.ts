/** Hours between failures of an aircraft's air conditioning (Proschan, 1963). */
export const hours = Float64Array.of(3, 5, 7, 18, 43, 85, 91, 98, 100, 130, 230, 487);

export const mean = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / values.length;

/** Standard deviation, over n - 1. */
export const sd = (values: Float64Array) => {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (values.length - 1));
};

/** Whole numbers below `count`: x = 16807 x mod (2^31 - 1) from 1, the same in SciPy's script. */
export function indices(count: number): () => number {
  let x = 1;
  return () => {
    x = (x * 16807) % 2147483647;
    return x % count;
  };
}

/** A statistic on resamples of the hours. */
export function resampled(replicates: number, statistic: (values: Float64Array) => number): Float64Array {
  const next = indices(hours.length);
  return Float64Array.from({ length: replicates }, () => statistic(hours.map(() => hours[next()]!)));
}

/** A statistic with each value left out in turn. */
export function leftOut(values: Float64Array, statistic: (values: Float64Array) => number): Float64Array {
  return values.map((_, i) => statistic(values.filter((_, j) => j !== i)));
}
