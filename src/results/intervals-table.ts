import { CONFORMAL, conformalRows, pastRates } from "../backtest/conformal.ts";
import type { HitRate } from "../backtest/hit-rates.ts";
import { extrapolationOf } from "../backtest/hit-rates.ts";
import type { Backtests } from "../backtest/roll-out.ts";
import { coversActual, type IntervalRow } from "../bootstrap/interval-rows.ts";
import type { Method } from "../methods/method.ts";
import type { Cell, SweepPlan } from "../plan/plan-sweep.ts";
import type { ScoredPrediction } from "../plan/score.ts";
import type { Table } from "../tables/table.ts";
import { axisColumns, cellIdentity, ofCell, tableOf, verdictColumns, via } from "./table-of.ts";

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

/** Intervals, and how each kind did in back-tests. */
interface JudgedIntervals {
  rows: IntervalRow[];
  /** Undefined where it is not known: of what stands between stages, and of kinds that back-tests do not have. */
  pastRate(row: IntervalRow): HitRate | undefined;
}

/** Adds conformal intervals to those of the bootstrap, and finds what back-tests say of all of them. */
export function judgeIntervals(
  plan: SweepPlan,
  predictions: readonly ScoredPrediction[],
  ofBootstrap: readonly IntervalRow[],
  backtests: Backtests,
  levels: readonly number[],
): JudgedIntervals {
  const extrapolation = extrapolationOf(plan);
  const ratioOf = (one: { cell: Cell; target: string }): number => extrapolation(one).ratio;
  const conformal = conformalRows(predictions, backtests.predictions, levels, ratioOf);
  const past = pastRates(backtests.rates);
  return {
    rows: [...ofBootstrap, ...conformal].sort((a, b) => a.cell.id - b.cell.id),
    pastRate(row) {
      if (row.quantity !== "predicted") return undefined;
      return past(row.cell.configuration, row, ratioOf(row));
    },
  };
}
