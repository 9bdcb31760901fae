/** A range of extrapolation ratios: FLOPs of a target over the most FLOPs of a run that was fitted. */
export interface RatioBin {
  /** As result tables have it. */
  name: string;
  /** Largest ratio in it. */
  upTo: number;
}

/** The ranges, in order; each begins where the one before ends. */
export const RATIO_BINS: readonly RatioBin[] = [
  { name: "<=2", upTo: 2 },
  { name: "2-5", upTo: 5 },
  { name: "5-10", upTo: 10 },
  { name: ">10", upTo: Number.POSITIVE_INFINITY },
];

/** Number of the range that a ratio is in; the last one for NaN. */
export function binOf(ratio: number): number {
  const bin = RATIO_BINS.findIndex(({ upTo }) => ratio <= upTo);
  return bin < 0 ? RATIO_BINS.length - 1 : bin;
}

/**
 * What is known of the range of a ratio, or of the nearest one below of which something is.
 *
 * @param known of each range; undefined where nothing is
 */
export function nearestBelow<Known>(known: readonly (Known | undefined)[], ratio: number): Known | undefined {
  return known.slice(0, binOf(ratio) + 1).findLast((one) => one !== undefined);
}
