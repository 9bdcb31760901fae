import type { IntervalRow } from "../bootstrap/interval-rows.ts";
import { getOrInsert, groupBy } from "../collections.ts";
import type { PastPredictions, SolvedSweep } from "../extension.ts";
import { type Interval, keptInRange } from "../intervals/interval.ts";
import { conformal } from "../intervals/kinds.ts";
import type { Configuration } from "../methods/method.ts";
import { rangeOfPredictions } from "../methods/value-range.ts";
import { extrapolationOf } from "../plan/extrapolation.ts";
import type { ScoredPrediction } from "../plan/score.ts";
import { GrowingErrors, type Predicted } from "./growing-errors.ts";
import {
  type BackInterval,
  type BackPrediction,
  type HitRate,
  type IntervalKey,
  keyText,
  nearestBelow,
  RATIO_BINS,
} from "./hit-rates.ts";

/** Kind and purpose of conformal intervals: past errors are those of measured runs. */
export const CONFORMAL = { interval: "conformal", purpose: "run" } as const;

/**
 * The interval that past errors give a prediction, as many times larger as the prediction, its ratio and its task say. It is infinite if the
 * errors are too few for the level.
 */
export function conformalInterval(past: GrowingErrors, prediction: Predicted, level: number): Interval {
  const { predicted, ratio } = prediction;
  const estimate = predicted !== 0 && ratio > 0 ? predicted : Number.NaN;
  return conformal.compute({ estimate, pastErrors: past.of(prediction) }, level);
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

const nothingPast = new GrowingErrors([]);

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
        return [configuration, new GrowingErrors(ofConfiguration)];
      },
    ),
  );
  return predictions.flatMap((prediction) => {
    const { cell, target, predicted, actual } = prediction;
    const earlier = past.get(cell.configuration) ?? nothingPast;
    return levels.map((level): IntervalRow => {
      const result = conformalInterval(earlier, { cell, predicted, ratio: ratioOf(prediction) }, level);
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
 * smaller cuts, on runs up to this one, over all tasks and ratios.
 *
 * @returns the predictions with the intervals
 */
export function withConformal(
  predictions: readonly BackPrediction[],
  levels: readonly number[],
): BackPrediction[] {
  const pastAt = groupBy(predictions, ({ cell }) => cell.configuration);
  const pastOfCuts = new Map<Configuration, Map<number, GrowingErrors>>();
  const pastOf = ({ cell: { configuration }, cut }: BackPrediction): GrowingErrors => {
    const cuts = getOrInsert(pastOfCuts, configuration, () => new Map<number, GrowingErrors>());
    // A target up to this cut was larger than the cut that it was predicted from, which is thus a smaller one.
    const isPast = ({ targetSize }: BackPrediction) => targetSize <= cut;
    return getOrInsert(cuts, cut, () => new GrowingErrors(pastAt.get(configuration)!.filter(isPast)));
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
