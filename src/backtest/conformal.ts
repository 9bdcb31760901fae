import type { IntervalRow } from "../bootstrap/interval-rows.ts";
import { groupBy } from "../collections.ts";
import { judgeInterval } from "../intervals/judge.ts";
import type { Configuration } from "../methods/method.ts";
import { rangeOfPredictions } from "../methods/value-range.ts";
import type { ScoredPrediction } from "../plan/score.ts";
import type { BackInterval, BackPrediction } from "./back-prediction.ts";
import { byRatio, CONFORMAL, conformalInterval, type PastPredictions } from "./past-predictions.ts";

/**
 * Conformal intervals of a sweep's predictions, from all back-tests of the same configuration.
 *
 * @param ratioOf extrapolation ratio of a prediction
 */
export function conformalRows(
  predictions: readonly ScoredPrediction[],
  backtests: readonly BackPrediction[],
  levels: readonly number[],
  ratioOf: (prediction: ScoredPrediction) => number,
): IntervalRow[] {
  const past = new Map(
    Array.from(
      groupBy(backtests, ({ cell }) => cell.configuration),
      ([configuration, own]) => {
        return [configuration, byRatio(own)];
      },
    ),
  );
  return predictions.flatMap((prediction) => {
    const { cell, target, predicted, actual } = prediction;
    const own = past.get(cell.configuration) ?? [];
    return levels.map((level): IntervalRow => {
      const found = conformalInterval(own, { predicted, ratio: ratioOf(prediction) }, level);
      return {
        cell,
        target,
        quantity: "predicted",
        ...CONFORMAL,
        level,
        estimate: predicted,
        actual,
        found,
        ...judgeInterval(found, predicted, rangeOfPredictions(cell.configuration)),
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
  const known = new Map<Configuration, Map<number, PastPredictions>>();
  const pastOf = ({ cell: { configuration }, cut }: BackPrediction): PastPredictions => {
    const cuts = known.get(configuration) ?? new Map<number, PastPredictions>();
    known.set(configuration, cuts);
    const before = cuts.get(cut);
    if (before !== undefined) return before;
    const own = pastAt.get(configuration)!;
    // A target up to this cut was larger than the cut that it was predicted from, which is thus a smaller one.
    const past = byRatio(own.filter(({ targetSize }) => targetSize <= cut));
    cuts.set(cut, past);
    return past;
  };
  return predictions.map((one) => {
    const intervals = levels.map((level): BackInterval => {
      const found = conformalInterval(pastOf(one), one, level);
      const { lower, upper } = found;
      const { status } = judgeInterval(found, one.predicted, rangeOfPredictions(one.cell.configuration));
      return { ...CONFORMAL, level, lower, upper, status };
    });
    return { ...one, intervals: [...one.intervals, ...intervals] };
  });
}
