import { CONFORMAL, conformalRows, pastRates } from "../backtest/conformal.ts";
import { extrapolationOf, type HitRate } from "../backtest/hit-rates.ts";
import type { Backtests } from "../backtest/roll-out.ts";
import { coversActual, type IntervalRow } from "../bootstrap/interval-rows.ts";
import type { Method } from "../methods/method.ts";
import { axisColumns, cellIdentity, ofCell, verdictColumns } from "../plan/cell-columns.ts";
import type { Cell, SweepPlan } from "../plan/plan-sweep.ts";
import type { ScoredPrediction } from "../plan/score.ts";
import type { Table } from "../tables/table.ts";
import { count, flag, number, tableOf, text, via } from "../tables/table-of.ts";

/**
 * Table `intervals`: one row for each cell, target, quantity, kind of interval and level.
 *
 * @param scheme resampling scheme of the bootstrap; undefined without a bootstrap
 * @param predictions the predictions to which the intervals belong, with verdicts
 */
export function intervalsTable(
  method: Method,
  scheme: string | undefined,
  { rows, pastRate }: JudgedIntervals,
  predictions: readonly ScoredPrediction[],
): Table {
  const verdicts = new Map(predictions.map((prediction) => [predictionKey(prediction), prediction.verdict]));
  return tableOf<IntervalRow>(rows, [
    ...cellIdentity(method).map(ofCell),
    text("target", ({ target }) => target),
    ...axisColumns(method).map((column) => via(column, ({ cell }: IntervalRow) => cell.configuration)),
    text("quantity", ({ quantity }) => quantity),
    text("purpose", ({ purpose }) => purpose),
    text("interval", ({ interval }) => interval),
    number("level", ({ level }) => level),
    text("scheme", (row) => schemeOf(row, scheme)),
    number("estimate", ({ estimate }) => estimate),
    ...verdictColumns<IntervalRow>((row) => verdicts.get(predictionKey(row))),
    number("lower", ({ limits }) => limits.lower),
    number("upper", ({ limits }) => limits.upper),
    number("mc_error_lower", ({ limits }) => limits.lowerError),
    number("mc_error_upper", ({ limits }) => limits.upperError),
    number("actual", ({ actual }) => actual),
    flag("covers_actual", coversActual),
    number("backtest_rate", (row) => pastRate(row)?.rate ?? Number.NaN),
    count("backtest_count", (row) => pastRate(row)?.count ?? null),
    count("draws", ({ limits }) => limits.draws),
    count("degenerate", ({ limits }) => limits.dropped),
    text("status", ({ status }) => status),
    text("reason", ({ reason }) => reason),
  ]);
}

/** The scheme of an interval; null for conformal intervals, which are not made from resamples. */
function schemeOf({ interval }: IntervalRow, scheme: string | undefined): string | null {
  return interval === CONFORMAL.interval ? null : (scheme ?? null);
}

function predictionKey({ cell, target }: Pick<ScoredPrediction, "cell" | "target">): string {
  return `${cell.id} ${target}`;
}

/** Intervals, and the rate at which each kind held in back-tests. */
interface JudgedIntervals {
  rows: IntervalRow[];
  /** Undefined where the rate is unknown: for values between stages, and for kinds that back-tests do not have. */
  pastRate(row: IntervalRow): HitRate | undefined;
}

/** Adds conformal intervals to those of the bootstrap and looks up the back-tests' rates for all of them. */
export function judgeIntervals(
  plan: SweepPlan,
  predictions: readonly ScoredPrediction[],
  ofBootstrap: readonly IntervalRow[],
  backtests: Backtests,
  levels: readonly number[],
): JudgedIntervals {
  const extrapolation = extrapolationOf(plan);
  const ratioOf = (prediction: { cell: Cell; target: string }): number => extrapolation(prediction).ratio;
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
