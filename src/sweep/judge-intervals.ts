import type { Backtests } from "../backtest/backtest-sweep.ts";
import { conformalRows } from "../backtest/conformal-rows.ts";
import { extrapolationOf } from "../backtest/extrapolation.ts";
import type { HitRate } from "../backtest/hit-rates.ts";
import { pastRates } from "../backtest/past-rate.ts";
import type { IntervalRow } from "../bootstrap/interval-rows.ts";
import type { Cell, SweepPlan } from "./plan-sweep.ts";
import type { ScoredPrediction } from "./score.ts";

/** Intervals, and how each kind did in back-tests. */
export interface JudgedIntervals {
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
