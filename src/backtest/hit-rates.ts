import { groupBy } from "../collections.ts";
import type { Verdict } from "../identifiability/determined.ts";
import { binomialLimits } from "../intervals/distributions.ts";
import { drawsOf, moments, quantile } from "../intervals/draws.ts";
import type { Purpose } from "../intervals/purposes.ts";
import type { Configuration } from "../methods/method.ts";
import type { Extrapolation } from "../plan/extrapolation.ts";
import type { Cell } from "../plan/plan-sweep.ts";
import { relativeError } from "../plan/score.ts";

/** A range of extrapolation ratios: FLOPs of a target over the most FLOPs of a run that was fitted. */
interface RatioBin {
  /** Name of the range in result tables. */
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
 * The value of the range of a ratio, or of the nearest range below that has one.
 *
 * @param byBin value of each range; undefined for a range without one
 */
export function nearestBelow<Known>(byBin: readonly (Known | undefined)[], ratio: number): Known | undefined {
  return byBin.slice(0, binOf(ratio) + 1).findLast((ofBin) => ofBin !== undefined);
}

/** How one kind of interval of one configuration did at one range of extrapolation, over tasks, cuts and runs. */
export interface HitRate extends IntervalKey {
  configuration: Configuration;
  /** Number of the range of ratio. */
  bin: number;
  /** Number of predictions whose actual value is known. */
  predictions: number;
  /** Number of those with an interval of two finite ends. */
  count: number;
  hits: number;
  /** hits / count; NaN if count is 0. */
  rate: number;
  /** Exact 95 % limits of the rate, under the assumption that hits are independent. */
  rateLower: number;
  rateUpper: number;
  meanAbsRelError: number;
  medianAbsRelError: number;
}

/**
 * Rates by configuration, purpose, kind of interval and level in order of appearance, then by range of ratio; none where a
 * range is empty.
 */
export function hitRates(predictions: readonly BackPrediction[]): HitRate[] {
  const rates: HitRate[] = [];
  for (const [configuration, ofConfiguration] of groupBy(predictions, ({ cell }) => cell.configuration)) {
    const measured = ofConfiguration.filter(({ actual }) => !Number.isNaN(actual));
    const bins = groupBy(measured, ({ ratio }) => binOf(ratio));
    for (const key of keysOf(ofConfiguration)) {
      RATIO_BINS.forEach((_, bin) => {
        const inBin = bins.get(bin);
        if (inBin !== undefined) rates.push({ configuration, ...key, bin, ...rateOf(inBin, keyText(key)) });
      });
    }
  }
  return rates;
}

function rateOf(predictions: readonly BackPrediction[], key: string) {
  const outcomes = predictions.flatMap((prediction) => {
    const ofKey = prediction.intervals.find((other) => keyText(other) === key);
    return ofKey === undefined ? [] : (isHit(prediction, ofKey) ?? []);
  });
  const hits = outcomes.filter(Boolean).length;
  const limits = binomialLimits(hits, outcomes.length);
  const errors = drawsOf(Float64Array.from(predictions, absRelError));
  return {
    predictions: predictions.length,
    count: outcomes.length,
    hits,
    rate: hits / outcomes.length,
    rateLower: outcomes.length === 0 ? Number.NaN : limits.low,
    rateUpper: outcomes.length === 0 ? Number.NaN : limits.high,
    meanAbsRelError: moments(errors).mean,
    medianAbsRelError: quantile(errors.ranked, 0.5),
  };
}

/** Purposes, kinds and levels of the predictions' intervals, in order of appearance. */
function keysOf(predictions: readonly BackPrediction[]): IntervalKey[] {
  const keys = new Map<string, IntervalKey>();
  for (const { purpose, interval, level } of predictions.flatMap(({ intervals }) => intervals)) {
    const key = { purpose, interval, level };
    if (!keys.has(keyText(key))) keys.set(keyText(key), key);
  }
  return [...keys.values()];
}

/** What distinguishes the intervals of one prediction. */
export interface IntervalKey {
  /** Purpose of the interval. */
  purpose: Purpose;
  /** Kind of interval. */
  interval: string;
  level: number;
}

/** A key as text. */
export function keyText({ purpose, interval, level }: IntervalKey): string {
  return `${purpose} ${interval} ${level}`;
}

/** One interval of a back-test's prediction. */
export interface BackInterval extends IntervalKey {
  /** NaN where there is none. */
  lower: number;
  upper: number;
  /** `ok`, or a word for what is wrong. */
  status: string;
}

/** A prediction of a run from smaller ones. */
export interface BackPrediction extends Extrapolation {
  /** The cell of the sweep with the same method, task and axes. */
  cell: Cell;
  /** Largest size fitted. */
  cut: number;
  /** The run that is predicted, and its size, of the same kind as the cut's. */
  target: string;
  targetSize: number;
  predicted: number;
  /** Whether the runs up to the cut determine it. */
  verdict: Verdict | undefined;
  /** NaN where it was not measured. */
  actual: number;
  intervals: readonly BackInterval[];
}

/** |predicted - actual| / |actual|; NaN where the actual value is not known or 0. */
export function absRelError({ predicted, actual }: BackPrediction): number {
  return actual === 0 ? Number.NaN : Math.abs(relativeError(predicted, actual));
}

/** Whether the actual value lies in the interval; null if it is not known, or an end of the interval is infinite or missing. */
export function isHit({ actual }: BackPrediction, { lower, upper }: BackInterval): boolean | null {
  if (!Number.isFinite(lower) || !Number.isFinite(upper) || Number.isNaN(actual)) return null;
  return lower <= actual && actual <= upper;
}
