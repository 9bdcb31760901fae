import { num, recordsOf, str } from "../draw/records.ts";
import type { Extension } from "../extension.ts";
import { drawsOf, quantile } from "../intervals/draws.ts";
import type { Method } from "../methods/method.ts";
import { axisColumns, methodColumn, predictionIdentity, verdictColumns } from "../plan/cell-columns.ts";
import { rowsOf, shownAt, type Table, valueAt } from "../tables/table.ts";
import { type ColumnOf, count, flag, number, tableOf, text, via } from "../tables/table-of.ts";
import { percent } from "../text.ts";
import { CONFORMAL } from "./conformal.ts";
import {
  absRelError,
  type BackInterval,
  type BackPrediction,
  binOf,
  type HitRate,
  isHit,
  RATIO_BINS,
} from "./hit-rates.ts";

/** The tables of a sweep with back-tests, which has `intervals` too. */
export interface BacktestTables {
  backtests: Table;
  backtest_rates: Table;
}

/** The extension of back-tests: predictions of larger runs from smaller ones, and how often intervals held. */
export const backtests: Extension = {
  tables: ["backtests", "backtest_rates"],
  summary: ({ backtests, backtest_rates }) =>
    backtests && backtest_rates ? formatBacktests({ backtests, backtest_rates }) : "",
  figures: async () => [(await import("./figure.ts")).backtests],
  checklist: ({ backtest_rates }) => [["Back-tests", describeRates(backtest_rates)]],
};

interface BackRow {
  prediction: BackPrediction;
  interval: BackInterval;
}

/** Table `backtests`: one row for each prediction of a larger run from smaller ones, kind of interval and level. */
export function backtestsTable(method: Method, predictions: readonly BackPrediction[]): Table {
  const rows = predictions.flatMap((prediction) =>
    prediction.intervals.map((interval): BackRow => ({ prediction, interval })),
  );
  return tableOf<BackRow>(rows, [
    ...via(predictionIdentity(method), predictionOf),
    ...via(predictionColumns, predictionOf),
    ...via(intervalColumns, ({ interval }: BackRow) => interval),
    flag(
      "hit",
      "whether the actual score lies in it; null if one is not known or an end is infinite",
      ({ prediction, interval }) => isHit(prediction, interval),
    ),
    text("status", "`ok`, or what is wrong, as in `intervals`", ({ interval }) => interval.status),
  ]);
}

const predictionOf = ({ prediction }: BackRow): BackPrediction => prediction;

const intervalColumns: readonly ColumnOf<BackInterval>[] = [
  text("purpose", "what the interval is for, as in `intervals`"),
  text("interval", "kind of interval; every prediction has a `conformal` one"),
  number("level", "nominal coverage"),
  number("lower", "lower end; null without an interval"),
  number("upper", "upper end"),
];

const predictionColumns: readonly ColumnOf<BackPrediction>[] = [
  number("cut", "FLOPs (or parameters) of the largest run that may be fitted"),
  count("runs_used", "runs up to the cut that the cell fits"),
  number("ratio", "FLOPs of the target divided by those of the largest run used"),
  number("predicted", "predicted score"),
  ...verdictColumns,
  number("actual", "measured score; null if the table has none"),
  number("error", "predicted - actual", ({ predicted, actual }) => predicted - actual),
  number("abs_rel_error", "abs(error / actual)", absRelError),
];

/** Table `backtest_rates`: one row for each configuration, kind of interval, level and range of ratio. */
export function backtestRatesTable(method: Method, rates: readonly HitRate[]): Table {
  return tableOf<HitRate>(rates, [
    methodColumn(method),
    ...axisColumns(method),
    text("purpose", "what the intervals are for"),
    text("interval", "kind of interval"),
    number("level", "their nominal coverage"),
    text("ratio", "range of extrapolation: `<=2`, `2-5`, `5-10`, `>10`", ({ bin }) => RATIO_BINS[bin]?.name),
    count("predictions", "back-tests in the range whose actual score is known"),
    number("mean_abs_rel_error", "mean of their abs_rel_error"),
    number("median_abs_rel_error", "its median"),
    count("count", "those whose interval has two finite ends"),
    count("hits", "those whose actual score lies in it"),
    number("rate", "hits / count; null if there are none"),
    number("rate_lower", "lower exact 95 % limit of the rate"),
    number("rate_upper", "upper one"),
  ]);
}

/**
 * The results of back-tests in a line: the median error by extrapolation ratio, and how often each kind of interval held,
 * over all configurations.
 */
function formatBacktests({ backtests, backtest_rates: rates }: BacktestTables): string {
  const held = holds(rates);
  return `back-tests: median error ${errorsByRatio(backtests)}${held === "" ? "" : `; ${held}`}\n`;
}

function errorsByRatio(backtests: Table): string {
  const errors = RATIO_BINS.map((): number[] => []);
  // Each prediction has a conformal interval at each level, so one of them represents it.
  const first = rowsOf(backtests).find((row) => shownAt(backtests, "interval", row) === CONFORMAL.interval);
  const level = first === undefined ? "" : shownAt(backtests, "level", first);
  for (const row of rowsOf(backtests)) {
    if (
      shownAt(backtests, "interval", row) !== CONFORMAL.interval ||
      shownAt(backtests, "level", row) !== level
    )
      continue;
    const error = valueAt(backtests, "abs_rel_error", row);
    if (typeof error === "number") errors[binOf(Number(valueAt(backtests, "ratio", row)))]!.push(error);
  }
  const parts = RATIO_BINS.flatMap(({ name }, bin) => {
    const { sorted } = drawsOf(Float64Array.from(errors[bin]!));
    return sorted.length === 0 ? [] : [`${(100 * quantile(sorted, 0.5)).toFixed(1)} % at ratio ${name}`];
  });
  return parts.join(", ") || "not known";
}

function holds(rates: Table): string {
  const counts = new Map<string, { count: number; hits: number }>();
  for (const row of rowsOf(rates)) {
    const purpose = shownAt(rates, "purpose", row);
    const kind = `${shownAt(rates, "interval", row)} intervals${purpose === "curve" ? "" : ` (${purpose})`}`;
    const name = `${percent(Number(valueAt(rates, "level", row)), 6)} ${kind}`;
    const before = counts.get(name) ?? { count: 0, hits: 0 };
    counts.set(name, {
      count: before.count + Number(valueAt(rates, "count", row)),
      hits: before.hits + Number(valueAt(rates, "hits", row)),
    });
  }
  const parts = Array.from(counts, ([name, { count, hits }]) => `${name} held in ${hits} of ${count}`);
  return parts.join(", ");
}

/** Largest number of rows that the checklist names. */
const MOST_SAID = 8;

function describeRates(table: Table | undefined): string {
  const rates = recordsOf(table).filter((row) => Number.isFinite(num(row, "rate")));
  const held = rates.slice(0, MOST_SAID).map((row) => {
    const hits = `${str(row, "hits")} of ${str(row, "count")}`;
    return `${str(row, "interval")} at ratio ${str(row, "ratio")}: ${hits} held`;
  });
  return held.join("; ") || "none";
}
