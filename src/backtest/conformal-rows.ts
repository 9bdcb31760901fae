import type { IntervalRow } from "../bootstrap/interval-rows.ts";
import { groupBy } from "../group-by.ts";
import { judgeInterval } from "../intervals/judge.ts";
import { rangeOfPredictions } from "../methods/value-range.ts";
import type { ScoredPrediction } from "../sweep/score.ts";
import type { BackPrediction } from "./back-prediction.ts";
import { byRatio, CONFORMAL, conformalInterval } from "./past-predictions.ts";

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
