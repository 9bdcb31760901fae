import { coversActual, type IntervalRow } from "../bootstrap/interval-rows.ts";
import type { PastPredictions } from "../extension.ts";
import type { Method } from "../methods/method.ts";
import { axisColumns, cellIdentity, ofCell, verdictColumns } from "../plan/cell-columns.ts";
import type { ScoredPrediction } from "../plan/score.ts";
import type { Table } from "../tables/table.ts";
import { count, flag, number, tableOf, text, via } from "../tables/table-of.ts";

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
    ...cellIdentity(method).map(ofCell),
    text("target", ({ target }) => target),
    ...axisColumns(method).map((column) => via(column, ({ cell }: IntervalRow) => cell.configuration)),
    text("quantity", ({ quantity }) => quantity),
    text("purpose", ({ purpose }) => purpose),
    text("interval", ({ interval }) => interval),
    number("level", ({ level }) => level),
    text("scheme", (row) => (ofPast.has(row) ? null : (scheme ?? null))),
    number("estimate", ({ estimate }) => estimate),
    ...verdictColumns<IntervalRow>((row) => verdicts.get(predictionKey(row))),
    number("lower", ({ limits }) => limits.lower),
    number("upper", ({ limits }) => limits.upper),
    number("mc_error_lower", ({ limits }) => limits.lowerError),
    number("mc_error_upper", ({ limits }) => limits.upperError),
    number("actual", ({ actual }) => actual),
    flag("covers_actual", coversActual),
    number("backtest_rate", (row) => past?.rate(row)?.rate ?? Number.NaN),
    count("backtest_count", (row) => past?.rate(row)?.count ?? null),
    count("draws", ({ limits }) => limits.draws),
    count("degenerate", ({ limits }) => limits.dropped),
    text("status", ({ status }) => status),
    text("reason", ({ reason }) => reason),
  ]);
}

function predictionKey({ cell, target }: Pick<ScoredPrediction, "cell" | "target">): string {
  return `${cell.id} ${target}`;
}
