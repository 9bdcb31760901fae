import { groupBy } from "../group-by.ts";
import { binomialLimits } from "../intervals/binomial-limits.ts";
import { drawsOf, moments } from "../intervals/draws.ts";
import { quantile } from "../intervals/quantile.ts";
import type { Configuration } from "../methods/method.ts";
import { absRelError, type BackPrediction, type IntervalKey, isHit, keyText } from "./back-prediction.ts";
import { binOf, RATIO_BINS } from "./ratio-bins.ts";

/** How one kind of interval of one configuration did at one range of extrapolation, over tasks, cuts and runs. */
export interface HitRate extends IntervalKey {
  configuration: Configuration;
  /** Number of the range of ratio. */
  bin: number;
  /** Predictions whose actual value is known. */
  predictions: number;
  /** Those of them with an interval that has two ends. */
  count: number;
  hits: number;
  /** hits / count; NaN without any. */
  rate: number;
  /** Exact 95 % limits of the rate, were the hits independent. */
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
  for (const [configuration, own] of groupBy(predictions, ({ cell }) => cell.configuration)) {
    const known = own.filter(({ actual }) => !Number.isNaN(actual));
    const bins = groupBy(known, ({ ratio }) => binOf(ratio));
    for (const key of keysOf(own)) {
      RATIO_BINS.forEach((_, bin) => {
        const inBin = bins.get(bin);
        if (inBin !== undefined) rates.push({ configuration, ...key, bin, ...rateOf(inBin, keyText(key)) });
      });
    }
  }
  return rates;
}

function rateOf(predictions: readonly BackPrediction[], key: string) {
  const outcomes = predictions.flatMap((one) => {
    const own = one.intervals.find((other) => keyText(other) === key);
    return own === undefined ? [] : (isHit(one, own) ?? []);
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
    medianAbsRelError: quantile(errors.sorted, 0.5),
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
