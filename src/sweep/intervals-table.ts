import { CONFORMAL } from "../backtest/past-predictions.ts";
import { coversActual, type IntervalRow } from "../bootstrap/interval-rows.ts";
import type { Method } from "../methods/method.ts";
import type { Table } from "../tables/table.ts";
import { axisColumns, cellIdentity, ofCell, verdictColumns } from "./cell-columns.ts";
import type { JudgedIntervals } from "./judge-intervals.ts";
import type { ScoredPrediction } from "./score.ts";
import { tableOf, via } from "./table-of.ts";

/**
 * Table `intervals`: one row for each cell, target, quantity, kind of interval and level.
 *
 * @param scheme of the bootstrap; undefined without one
 * @param predictions that the intervals are of, judged
 */
export function intervalsTable(
  method: Method,
  scheme: string | undefined,
  { rows, pastRate }: JudgedIntervals,
  predictions: readonly ScoredPrediction[],
): Table {
  const verdicts = new Map(predictions.map((one) => [predictionKey(one), one.verdict]));
  return tableOf<IntervalRow>(rows, [
    ...cellIdentity(method).map(ofCell),
    { name: "target", type: "string", value: ({ target }) => target },
    ...axisColumns(method).map((column) => via(column, ({ cell }: IntervalRow) => cell.configuration)),
    { name: "quantity", type: "string", value: ({ quantity }) => quantity },
    { name: "purpose", type: "string", value: ({ purpose }) => purpose },
    { name: "interval", type: "string", value: ({ interval }) => interval },
    { name: "level", type: "float64", value: ({ level }) => level },
    { name: "scheme", type: "string", value: (row) => schemeOf(row, scheme) },
    { name: "estimate", type: "float64", value: ({ estimate }) => estimate },
    ...verdictColumns<IntervalRow>((row) => verdicts.get(predictionKey(row))),
    { name: "lower", type: "float64", value: ({ found }) => found.lower },
    { name: "upper", type: "float64", value: ({ found }) => found.upper },
    { name: "mc_error_lower", type: "float64", value: ({ found }) => found.lowerError },
    { name: "mc_error_upper", type: "float64", value: ({ found }) => found.upperError },
    { name: "actual", type: "float64", value: ({ actual }) => actual },
    { name: "covers_actual", type: "boolean", value: coversActual },
    { name: "backtest_rate", type: "float64", value: (row) => pastRate(row)?.rate ?? Number.NaN },
    { name: "backtest_count", type: "int64", value: (row) => pastRate(row)?.count ?? null },
    { name: "draws", type: "int64", value: ({ found }) => found.draws },
    { name: "degenerate", type: "int64", value: ({ found }) => found.dropped },
    { name: "status", type: "string", value: ({ status }) => status },
    { name: "reason", type: "string", value: ({ reason }) => reason },
  ]);
}

/** Conformal intervals are not made of resamples. */
function schemeOf({ interval }: IntervalRow, scheme: string | undefined): string | null {
  return interval === CONFORMAL.interval ? null : (scheme ?? null);
}

function predictionKey({ cell, target }: Pick<ScoredPrediction, "cell" | "target">): string {
  return `${cell.id} ${target}`;
}
