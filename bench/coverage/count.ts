import { binomialLimits } from "#lawfit/intervals/distributions.js";
import { intervalScore } from "./interval-score.ts";

/** How intervals did against values that are known. */
export interface Coverage {
  /** Intervals that there are, with a value that is known. */
  trials: number;
  /** Pairs without an interval or a value. They are neither hits nor misses: a method that often has none must say so. */
  skipped: number;
  /** Values inside, the end points included. */
  hits: number;
  /** Values below the lower end point, and above the upper one. */
  missesLeft: number;
  missesRight: number;
  /** Share of hits; NaN without trials. */
  rate: number;
  /** Exact binomial limits of the share. */
  rateLow: number;
  rateHigh: number;
  /** Mean width and mean interval score; infinite where an interval is. */
  meanWidth: number;
  meanScore: number;
  /** Intervals with an infinite end point. */
  infinite: number;
}

/**
 * Coverage of intervals, one for each value.
 *
 * @param level what the intervals promise
 * @param confidence of the binomial limits, which take the trials for independent
 * @throws RangeError for lists of different lengths
 */
export function coverageOf(
  lower: Float64Array,
  upper: Float64Array,
  actual: Float64Array,
  level: number,
  confidence = 0.95,
): Coverage {
  if (lower.length !== actual.length || upper.length !== actual.length) {
    throw new RangeError(`${lower.length} and ${upper.length} end points of ${actual.length} values`);
  }
  const counts = { trials: 0, skipped: 0, hits: 0, missesLeft: 0, missesRight: 0, infinite: 0 };
  let width = 0;
  let score = 0;
  for (let i = 0; i < actual.length; i++) {
    const [low, high, value] = [lower[i]!, upper[i]!, actual[i]!];
    if (Number.isNaN(low) || Number.isNaN(high) || Number.isNaN(value)) {
      counts.skipped++;
      continue;
    }
    counts.trials++;
    if (value < low) counts.missesLeft++;
    else if (value > high) counts.missesRight++;
    else counts.hits++;
    if (!Number.isFinite(high - low)) counts.infinite++;
    width += high - low;
    score += intervalScore(low, high, value, level);
  }
  const { trials, hits } = counts;
  const limits = binomialLimits(hits, trials, confidence);
  return {
    ...counts,
    rate: hits / trials,
    rateLow: limits.low,
    rateHigh: limits.high,
    meanWidth: width / trials,
    meanScore: score / trials,
  };
}
