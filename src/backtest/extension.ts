import { getOrInsert } from "../collections.ts";
import { num, recordsOf, str } from "../draw/records.ts";
import type { Analysis } from "../extension.ts";
import { drawsOf, quantile } from "../intervals/draws.ts";
import type { Method } from "../methods/method.ts";
import { axisColumns, methodColumn, predictionIdentity, verdictColumns } from "../plan/cell-columns.ts";
import { choiceEffectsTable, formatChoiceEffects } from "../ranking/choice-table.ts";
import { formatPredictability, predictabilityTable } from "../ranking/predictability-table.ts";
import { rowsOf, shownAt, type Table, valueAt } from "../tables/table.ts";
import { type ColumnOf, count, flag, number, tableOf, text, via } from "../tables/table-of.ts";
import { percent } from "../text.ts";
import { CONFORMAL, pastPredictions } from "./conformal.ts";
import { findCuts } from "./cuts.ts";
import {
  absRelError,
  type BackInterval,
  type BackPrediction,
  binOf,
  type HitRate,
  isHit,
  RATIO_BINS,
} from "./hit-rates.ts";
import { effectsOf, tasksOf } from "./judged.ts";
import { formatLargestLeftOut, largestLeftOut } from "./leave-largest-out.ts";
import { backtestSweep, planCut } from "./roll-out.ts";
import { backtestSchema } from "./spec.ts";

/** The tables of a sweep with back-tests, which has `intervals` too. */
export interface BacktestTables {
  backtests: Table;
  backtest_rates: Table;
  leave_largest_out: Table;
  choice_effects: Table;
  predictability: Table;
}

/** Back-tests: predictions of larger runs from smaller ones, and how often intervals held. */
export const backtests = {
  key: "backtest",
  fitting: { verb: "back-testing", name: "back-tests" },
  scoresPredictions: "backtest: {} (larger fit runs predicted from smaller ones)",
  tables: {
    backtests:
      "prediction of a larger fit run from smaller ones, and interval; key `backtest`, as are the next four tables",
    backtest_rates: "configuration, kind of interval and range of extrapolation: how often it held",
    leave_largest_out: "cell, cut and interval: the largest run predicted from the runs up to the cut",
    choice_effects: "value of each axis, against the axis's reference, on runs that were held out",
    predictability: "task: whether it can be extrapolated, by its noise and by back-tests",
  },
  summary: (tables, axes) => {
    const { backtests, backtest_rates, leave_largest_out: largest, choice_effects: effects } = tables;
    const { predictability: tasks } = tables;
    if (!backtests || !backtest_rates) return "";
    return (
      `${largest ? formatLargestLeftOut(largest, axes) : ""}${formatBacktests({ backtests, backtest_rates })}` +
      `${effects ? formatChoiceEffects(effects) : ""}${tasks ? formatPredictability(tasks) : ""}`
    );
  },
  figures: async () => [(await import("./cones.ts")).forecastCones, (await import("./figure.ts")).backtests],
  checklist: ({ backtest_rates }) => [["Back-tests", describeRates(backtest_rates)]],
  request(given, { levels: otherwise }) {
    const { levels = otherwise, ...rest } = backtestSchema.parse(given);
    const settings = { ...rest, levels };
    return {
      settings,
      bringsTargets: true,
      prepare(sweep, plan) {
        const cuts = findCuts(plan.index.table, settings, sweep.where);
        return {
          rounds: cuts.cuts.map((cut) => (session) => planCut(cut, { sweep, plan, session })),
          async finish(solved) {
            const { predictions, rates, summary } = await backtestSweep(solved, cuts, settings);
            return {
              tables: {
                backtests: backtestsTable(sweep.method, predictions),
                backtest_rates: backtestRatesTable(sweep.method, rates),
                leave_largest_out: backtestsTable(sweep.method, largestLeftOut(predictions)),
                choice_effects: choiceEffectsTable(sweep.method, effectsOf(solved, predictions, levels[0]!)),
                predictability: predictabilityTable(tasksOf(solved, predictions, cuts.cuts)),
              },
              status: summary,
              past: pastPredictions(solved, { predictions, rates }, levels),
            };
          },
        };
      },
    };
  },
} as const satisfies Analysis;

interface BackRow {
  prediction: BackPrediction;
  interval: BackInterval;
}

/** Tables `backtests` and `leave_largest_out`: one row for each prediction of a larger run from smaller ones, kind of interval and level. */
function backtestsTable(method: Method, predictions: readonly BackPrediction[]): Table {
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
function backtestRatesTable(method: Method, rates: readonly HitRate[]): Table {
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
function formatBacktests({
  backtests,
  backtest_rates: rates,
}: Pick<BacktestTables, "backtests" | "backtest_rates">): string {
  const held = holds(rates);
  return `back-tests: median error ${errorsByRatio(backtests)}${held === "" ? "" : `; ${held}`}\n`;
}

function errorsByRatio(backtests: Table): string {
  const errors = RATIO_BINS.map((): number[] => []);
  // Each prediction has a conformal interval at each level, so one of them represents it.
  const conformal = rowsOf(backtests).filter(
    (row) => shownAt(backtests, "interval", row) === CONFORMAL.interval,
  );
  for (const row of conformal) {
    if (shownAt(backtests, "level", row) !== shownAt(backtests, "level", conformal[0]!)) continue;
    const error = valueAt(backtests, "abs_rel_error", row);
    if (typeof error === "number") errors[binOf(Number(valueAt(backtests, "ratio", row)))]!.push(error);
  }
  const parts = RATIO_BINS.flatMap(({ name }, bin) => {
    const { ranked } = drawsOf(Float64Array.from(errors[bin]!));
    return ranked.length === 0 ? [] : [`${(100 * quantile(ranked, 0.5)).toFixed(1)} % at ratio ${name}`];
  });
  return parts.join(", ") || "not known";
}

function holds(rates: Table): string {
  const counts = new Map<string, { count: number; hits: number }>();
  for (const row of rowsOf(rates)) {
    const purpose = shownAt(rates, "purpose", row);
    const kind = `${shownAt(rates, "interval", row)} intervals${purpose === "curve" ? "" : ` (${purpose})`}`;
    const name = `${percent(Number(valueAt(rates, "level", row)), 6)} ${kind}`;
    const held = getOrInsert(counts, name, () => ({ count: 0, hits: 0 }));
    held.count += Number(valueAt(rates, "count", row));
    held.hits += Number(valueAt(rates, "hits", row));
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
