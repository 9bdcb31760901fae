import {
  absRelError,
  type BackInterval,
  type BackPrediction,
  type HitRate,
  isHit,
  RATIO_BINS,
} from "../backtest/hit-rates.ts";
import type { Method } from "../methods/method.ts";
import type { Table } from "../tables/table.ts";
import {
  axisColumns,
  cellIdentity,
  methodColumn,
  ofCell,
  ofConfiguration,
  tableOf,
  verdictColumns,
  via,
} from "./table-of.ts";

interface BackRow {
  prediction: BackPrediction;
  interval: BackInterval;
}

/** Table `backtests`: one row for each prediction of a larger run from smaller ones, kind of interval and level. */
export function backtestsTable(method: Method, predictions: readonly BackPrediction[]): Table {
  const rows = predictions.flatMap((prediction) =>
    prediction.intervals.map((interval): BackRow => ({ prediction, interval })),
  );
  const cellOf = ({ prediction }: BackRow) => prediction;
  const axes = axisColumns(method).map((column) =>
    via(column, ({ prediction }: BackRow) => prediction.cell.configuration),
  );
  return tableOf<BackRow>(rows, [
    ...cellIdentity(method).map((column) => via(ofCell(column), cellOf)),
    { name: "target", type: "string", value: ({ prediction }) => prediction.target },
    ...axes,
    { name: "cut", type: "float64", value: ({ prediction }) => prediction.cut },
    { name: "runs_used", type: "int64", value: ({ prediction }) => prediction.runsUsed },
    { name: "ratio", type: "float64", value: ({ prediction }) => prediction.ratio },
    { name: "predicted", type: "float64", value: ({ prediction }) => prediction.predicted },
    ...verdictColumns<BackRow>(({ prediction }) => prediction.verdict),
    { name: "actual", type: "float64", value: ({ prediction }) => prediction.actual },
    { name: "error", type: "float64", value: ({ prediction: { predicted, actual } }) => predicted - actual },
    { name: "abs_rel_error", type: "float64", value: ({ prediction }) => absRelError(prediction) },
    { name: "purpose", type: "string", value: ({ interval }) => interval.purpose },
    { name: "interval", type: "string", value: ({ interval }) => interval.interval },
    { name: "level", type: "float64", value: ({ interval }) => interval.level },
    { name: "lower", type: "float64", value: ({ interval }) => interval.lower },
    { name: "upper", type: "float64", value: ({ interval }) => interval.upper },
    { name: "hit", type: "boolean", value: ({ prediction, interval }) => isHit(prediction, interval) },
    { name: "status", type: "string", value: ({ interval }) => interval.status },
  ]);
}

/** Table `backtest_rates`: one row for each configuration, kind of interval, level and range of ratio. */
export function backtestRatesTable(method: Method, rates: readonly HitRate[]): Table {
  return tableOf<HitRate>(rates, [
    via(methodColumn(method), (rate) => rate),
    ...axisColumns(method).map(ofConfiguration),
    { name: "purpose", type: "string", value: ({ purpose }) => purpose },
    { name: "interval", type: "string", value: ({ interval }) => interval },
    { name: "level", type: "float64", value: ({ level }) => level },
    { name: "ratio", type: "string", value: ({ bin }) => RATIO_BINS[bin]!.name },
    { name: "predictions", type: "int64", value: ({ predictions }) => predictions },
    { name: "mean_abs_rel_error", type: "float64", value: ({ meanAbsRelError }) => meanAbsRelError },
    { name: "median_abs_rel_error", type: "float64", value: ({ medianAbsRelError }) => medianAbsRelError },
    { name: "count", type: "int64", value: ({ count }) => count },
    { name: "hits", type: "int64", value: ({ hits }) => hits },
    { name: "rate", type: "float64", value: ({ rate }) => rate },
    { name: "rate_lower", type: "float64", value: ({ rateLower }) => rateLower },
    { name: "rate_upper", type: "float64", value: ({ rateUpper }) => rateUpper },
  ]);
}
