import { coversActual, type IntervalRow } from "../bootstrap/interval-rows.ts";
import type { PastPredictions } from "../extension.ts";
import type { Interval } from "../intervals/interval.ts";
import type { Method } from "../methods/method.ts";
import { predictionIdentity, verdictColumns } from "../plan/cell-columns.ts";
import type { ScoredPrediction } from "../plan/score.ts";
import type { Table } from "../tables/table.ts";
import { type ColumnOf, count, flag, number, tableOf, text, via } from "../tables/table-of.ts";

/**
 * Table `intervals`: one row for each cell, target, quantity, kind of interval and level.
 *
 * @param scheme resampling scheme of the bootstrap; undefined without a bootstrap
 * @param rows intervals of the bootstrap and of the past predictions
 * @param predictions the predictions to which the intervals belong, with verdicts
 */
export function intervalsTable(
  method: Method,
  scheme: string | undefined,
  rows: readonly IntervalRow[],
  past: PastPredictions | undefined,
  predictions: readonly ScoredPrediction[],
): Table {
  const ofPast = new Set(past?.intervals);
  const verdicts = new Map(predictions.map((prediction) => [predictionKey(prediction), prediction.verdict]));
  return tableOf<IntervalRow>(rows, [
    ...predictionIdentity(method),
    text(
      "quantity",
      "`predicted`, the score; `feature`, what stands between the stages; `link`, the score from the actual feature",
    ),
    text(
      "purpose",
      "what the interval is for: `curve`, the mean at that size; `run`, a new run; `checkpoint`, a checkpoint of one",
    ),
    text(
      "interval",
      "kind: `pooled` or another of [bootstrap.md](bootstrap.md#kinds-of-intervals); `conformal` with back-tests",
    ),
    number("level", "nominal coverage"),
    text(
      "scheme",
      "how resamples were drawn (intervals of `row` are too narrow); null for `conformal`",
      (row) => (ofPast.has(row) ? null : scheme),
    ),
    number("estimate", "the quantity from the fit of the data"),
    ...via(verdictColumns, (row: IntervalRow) => ({ verdict: verdicts.get(predictionKey(row)) })),
    ...via(endColumns, ({ limits }: IntervalRow) => limits),
    number("actual", "measured value"),
    flag("covers_actual", "whether it lies in the interval; null if either is not known", coversActual),
    number(
      "backtest_rate",
      "how often such intervals held in back-tests at the target's extrapolation ratio; null without them, and for `feature` and `link`",
      (row) => past?.rate(row)?.rate,
    ),
    count("backtest_count", "of how many", (row) => past?.rate(row)?.count),
    count(
      "draws",
      "replicates, or past errors of `conformal`; 0 if not needed",
      ({ limits }) => limits.draws,
    ),
    count("degenerate", "those left out, which have no value", ({ limits }) => limits.dropped),
    text("status", "`ok`, or a keyword for what is wrong"),
    text("reason", "the same as a sentence"),
  ]);
}

/** The ends of an interval and how well they are known. */
export const endColumns: readonly ColumnOf<Interval>[] = [
  number("lower", "lower end; null without an interval"),
  number("upper", "upper end"),
  number(
    "mc_error_lower",
    "Monte Carlo standard error of the lower end: how far as many other resamples would move it",
    ({ lowerError }) => lowerError,
  ),
  number("mc_error_upper", "of the upper end", ({ upperError }) => upperError),
];

function predictionKey({ cell, target }: Pick<ScoredPrediction, "cell" | "target">): string {
  return `${cell.id} ${target}`;
}
