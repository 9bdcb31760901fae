import type { IntervalRow } from "../bootstrap/interval-rows.ts";
import { getOrInsert, groupBy } from "../collections.ts";
import type { PastPredictions, SolvedSweep } from "../extension.ts";
import { type Interval, keptInRange } from "../intervals/interval.ts";
import { conformal } from "../intervals/kinds.ts";
import type { PastErrors } from "../intervals/past-errors.ts";
import type { Configuration } from "../methods/method.ts";
import { rangeOfPredictions } from "../methods/value-range.ts";
import type { ScoredPrediction } from "../plan/score.ts";
import {
  type BackInterval,
  type BackPrediction,
  binOf,
  extrapolationOf,
  type HitRate,
  type IntervalKey,
  keyText,
  nearestBelow,
  RATIO_BINS,
} from "./hit-rates.ts";

/** Kind and purpose of conformal intervals: past errors are those of measured runs. */
export const CONFORMAL = { interval: "conformal", purpose: "run" } as const;

/** Predicted and actual values by range of ratio; undefined where there are none. */
type MeasuredPredictions = readonly (readonly BackPrediction[] | undefined)[];

/** Sorts predictions whose actual values are known by range of ratio. */
export function byRatio(predictions: readonly BackPrediction[]): MeasuredPredictions {
  const measured = predictions.filter(({ actual }) => !Number.isNaN(actual));
  const bins = groupBy(measured, ({ ratio }) => binOf(ratio));
  return RATIO_BINS.map((_, bin) => bins.get(bin));
}

/**
 * The interval that past errors give a prediction: those of its range of ratio, or of the nearest range below that has any;
 * absolute, relative to the predicted value. It is infinite if the errors are too few for the level.
 */
export function conformalInterval(
  past: MeasuredPredictions,
  { predicted, ratio }: Pick<BackPrediction, "predicted" | "ratio">,
  level: number,
): Interval {
  const scale = Math.abs(predicted);
  const pastErrors = { ...relativeErrors(nearestBelow(past, ratio) ?? []), scale: scale > 0 ? scale : 1 };
  return conformal.compute({ estimate: scale > 0 ? predicted : Number.NaN, pastErrors }, level);
}

const errorsOf = new WeakMap<readonly BackPrediction[], PastErrors>();

function relativeErrors(past: readonly BackPrediction[]): PastErrors {
  const before = errorsOf.get(past);
  if (before !== undefined) return before;
  // Nothing is relative to 0: such an error is missing.
  const errors = Float64Array.from(past, ({ predicted, actual }) =>
    predicted === 0 ? Number.NaN : predicted - actual,
  );
  const scales = Float64Array.from(past, ({ predicted }) => Math.abs(predicted) || 1);
  const relative = { errors, scales };
  errorsOf.set(past, relative);
  return relative;
}

/** Finds how a kind of interval did in back-tests at an extrapolation ratio; undefined where that is not known. */
type PastRate = (configuration: Configuration, key: IntervalKey, ratio: number) => HitRate | undefined;

/** Makes the function: it takes the range of the ratio, or the nearest one below that had intervals. */
export function pastRates(rates: readonly HitRate[]): PastRate {
  const byConfiguration = groupBy(rates, ({ configuration }) => configuration);
  const byKey = new Map(
    Array.from(byConfiguration, ([configuration, ofConfiguration]) => [
      configuration,
      groupBy(ofConfiguration, keyText),
    ]),
  );
  return (configuration, key, ratio) => {
    const ofKey = byKey.get(configuration)?.get(keyText(key)) ?? [];
    const byBin = RATIO_BINS.map((_, bin) => ofKey.find((rate) => rate.bin === bin && rate.count > 0));
    return nearestBelow(byBin, ratio);
  };
}

/** Conformal intervals of a sweep's predictions, and how often each kind of its intervals held in back-tests. */
export function pastPredictions(
  { plan, predictions }: Pick<SolvedSweep, "plan" | "predictions">,
  backtests: { predictions: readonly BackPrediction[]; rates: readonly HitRate[] },
  levels: readonly number[],
): PastPredictions {
  const extrapolation = extrapolationOf(plan);
  const ratioOf = (prediction: Pick<ScoredPrediction, "cell" | "target">) => extrapolation(prediction).ratio;
  const past = pastRates(backtests.rates);
  return {
    intervals: conformalRows(predictions, backtests.predictions, levels, ratioOf),
    rate(row) {
      // Values between stages are not back-tested.
      if (row.quantity !== "predicted") return undefined;
      return past(row.cell.configuration, row, ratioOf(row));
    },
  };
}

/**
 * Conformal intervals of a sweep's predictions, from all back-tests of the same configuration.
 *
 * @param ratioOf extrapolation ratio of a prediction
 */
function conformalRows(
  predictions: readonly ScoredPrediction[],
  backtests: readonly BackPrediction[],
  levels: readonly number[],
  ratioOf: (prediction: ScoredPrediction) => number,
): IntervalRow[] {
  const past = new Map(
    Array.from(
      groupBy(backtests, ({ cell }) => cell.configuration),
      ([configuration, ofConfiguration]) => {
        return [configuration, byRatio(ofConfiguration)];
      },
    ),
  );
  return predictions.flatMap((prediction) => {
    const { cell, target, predicted, actual } = prediction;
    const earlier = past.get(cell.configuration) ?? [];
    return levels.map((level): IntervalRow => {
      const result = conformalInterval(earlier, { predicted, ratio: ratioOf(prediction) }, level);
      return {
        cell,
        target,
        quantity: "predicted",
        ...CONFORMAL,
        level,
        estimate: predicted,
        actual,
        ...keptInRange(result, predicted, rangeOfPredictions(cell.configuration)),
      };
    });
  });
}

/**
 * Adds conformal intervals to back-tests, each from what was known at its cut: the errors of the same configuration at
 * smaller cuts, on runs up to this one, over all tasks.
 *
 * @returns the predictions with the intervals
 */
export function withConformal(
  predictions: readonly BackPrediction[],
  levels: readonly number[],
): BackPrediction[] {
  const pastAt = groupBy(predictions, ({ cell }) => cell.configuration);
  const pastOfCuts = new Map<Configuration, Map<number, MeasuredPredictions>>();
  const pastOf = ({ cell: { configuration }, cut }: BackPrediction): MeasuredPredictions => {
    const cuts = getOrInsert(pastOfCuts, configuration, () => new Map<number, MeasuredPredictions>());
    // A target up to this cut was larger than the cut that it was predicted from, which is thus a smaller one.
    const isPast = ({ targetSize }: BackPrediction) => targetSize <= cut;
    return getOrInsert(cuts, cut, () => byRatio(pastAt.get(configuration)!.filter(isPast)));
  };
  return predictions.map((prediction) => {
    const intervals = levels.map((level): BackInterval => {
      const result = conformalInterval(pastOf(prediction), prediction, level);
      const { limits, status } = keptInRange(
        result,
        prediction.predicted,
        rangeOfPredictions(prediction.cell.configuration),
      );
      return { ...CONFORMAL, level, lower: limits.lower, upper: limits.upper, status };
    });
    return { ...prediction, intervals: [...prediction.intervals, ...intervals] };
  });
}
