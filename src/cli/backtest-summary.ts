import { CONFORMAL } from "../backtest/conformal.ts";
import { binOf, RATIO_BINS } from "../backtest/hit-rates.ts";
import { drawsOf, quantile } from "../intervals/draws.ts";
import type { BacktestTables } from "../results/result-tables.ts";
import type { Table } from "../tables/table.ts";
import { percent } from "../text.ts";
import { rowsOf, text, value } from "./table-cells.ts";

/**
 * What back-tests came to, in a line: the median error by extrapolation ratio, and how often each kind of interval held,
 * over all configurations.
 */
export function formatBacktests({ backtests, backtest_rates: rates }: BacktestTables): string {
  const held = holds(rates);
  return `back-tests: median error ${errorsByRatio(backtests)}${held === "" ? "" : `; ${held}`}\n`;
}

function errorsByRatio(backtests: Table): string {
  const errors = RATIO_BINS.map((): number[] => []);
  // Each prediction has a conformal interval at each level: one of them stands for it.
  const first = rowsOf(backtests).find((row) => text(backtests, "interval", row) === CONFORMAL.interval);
  const level = first === undefined ? "" : text(backtests, "level", first);
  for (const row of rowsOf(backtests)) {
    if (text(backtests, "interval", row) !== CONFORMAL.interval || text(backtests, "level", row) !== level)
      continue;
    const error = value(backtests, "abs_rel_error", row);
    if (typeof error === "number") errors[binOf(Number(value(backtests, "ratio", row)))]!.push(error);
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
    const purpose = text(rates, "purpose", row);
    const kind = `${text(rates, "interval", row)} intervals${purpose === "curve" ? "" : ` (${purpose})`}`;
    const name = `${percent(Number(value(rates, "level", row)), 6)} ${kind}`;
    const before = counts.get(name) ?? { count: 0, hits: 0 };
    counts.set(name, {
      count: before.count + Number(value(rates, "count", row)),
      hits: before.hits + Number(value(rates, "hits", row)),
    });
  }
  const parts = Array.from(counts, ([name, { count, hits }]) => `${name} held in ${hits} of ${count}`);
  return parts.join(", ");
}
