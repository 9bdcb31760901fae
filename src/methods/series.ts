/** Checkpoints of one run as points (x, y), in the order of training; both arrays of one length. */
export interface Series {
  x: Float64Array;
  y: Float64Array;
}

/** A step of the treatment of a run's checkpoints. */
export type Filter = (series: Series) => Series;

/** Drops the first `ceil(share * length)` points, but never the last: a run's final checkpoint is not an early one. */
export function dropEarly(share: number): Filter {
  return ({ x, y }) => {
    const first = Math.min(Math.ceil(share * x.length), Math.max(0, x.length - 1));
    return { x: x.subarray(first), y: y.subarray(first) };
  };
}

/** Replaces x and y by their trailing means of that width; the first points average the fewer there are. */
export function smooth(width: number): Filter {
  return ({ x, y }) => ({ x: trailingMean(x, width), y: trailingMean(y, width) });
}

/** Mean of each value and the `width - 1` before it, or as many as there are. */
export function trailingMean(values: Float64Array, width: number): Float64Array {
  return values.map((_, i) => {
    const first = Math.max(0, i + 1 - width);
    // Summed anew for each window: a running sum would carry rounding along the run.
    let sum = 0;
    for (let j = first; j <= i; j++) sum += values[j]!;
    return sum / (i + 1 - first);
  });
}
