import { drawsOf } from "./draws.ts";

/** Errors of earlier predictions of values that are known, as a back-test gives them. */
export interface PastErrors {
  /** predicted - actual; NaN where one of them is missing. */
  errors: Float64Array;
  /**
   * How hard each of them was, such as a standard error or a power of the extrapolation ratio; errors are divided by it.
   * @default all 1
   */
  scales?: Float64Array | undefined;
  /** The same of the prediction that the interval is for. @default 1 */
  scale?: number | undefined;
  /** How many of them are independent of each other. @default all */
  independent?: number | undefined;
}

/** How far the actual value can be from a prediction, on either side, with the promised probability. */
interface Reach {
  /** Infinite where there are too few past errors. */
  reach: number;
  /** Past errors used, and those that are missing. */
  used: number;
  dropped: number;
}

/**
 * Conformal reach of a prediction that is exchangeable with past ones.
 *
 * @param level probability that the actual value is within it
 * @throws RangeError for scales that do not match the errors or are not above 0
 */
export function conformalReach(past: PastErrors, level: number): Reach {
  const { sorted, dropped } = drawsOf(scaledErrors(past).map(Math.abs));
  return {
    reach: (past.scale ?? 1) * conformalQuantile(sorted, level, past.independent),
    used: sorted.length,
    dropped,
  };
}

function scaledErrors({ errors, scales, scale = 1 }: PastErrors): Float64Array {
  if (!(scale > 0)) throw new RangeError(`scale ${scale}; allowed: above 0`);
  if (scales === undefined) return errors;
  if (scales.length !== errors.length)
    throw new RangeError(`${scales.length} scales of ${errors.length} errors`);
  const bad = scales.find((value) => !(value > 0));
  if (bad !== undefined) throw new RangeError(`scale ${bad} of a past error; allowed: above 0`);
  return errors.map((error, i) => error / scales[i]!);
}

/**
 * The quantile of past scores that a new one, exchangeable with them, does not exceed with at least the given
 * probability: the k-th smallest of n, k = ceil((n + 1) probability) (Vovk et al., 2005; Angelopoulos & Bates, 2023,
 * section 1). Infinite where k > n: so few scores cannot promise it.
 *
 * @param sorted scores, ascending
 * @param independent how many of them are; of n of which m are, it is the k-th with k = ceil(n (m + 1)/m probability)
 */
export function conformalQuantile(
  sorted: Float64Array,
  probability: number,
  independent = sorted.length,
): number {
  const place = sorted.length === 0 ? 1 : ((sorted.length * (independent + 1)) / independent) * probability;
  // 0.55 x 20 is 11.000000000000002: rounding must not cost a rank.
  const rank = Math.ceil(place * (1 - 1e-12));
  return rank > sorted.length ? Number.POSITIVE_INFINITY : sorted[Math.max(rank, 1) - 1]!;
}
