import { binomialLimits } from "#lawfit/intervals/distributions.js";
import type { CoverageRow } from "./coverage-row.ts";

/** Rows that differ in what they are pooled over, such as the autocorrelation, as one. */
export interface PooledRow
  extends Pick<
    CoverageRow,
    | "runs"
    | "scenario"
    | "loss1"
    | "quantity"
    | "target"
    | "scheme"
    | "interval"
    | "trials"
    | "skipped"
    | "hits"
    | "missesLeft"
    | "missesRight"
    | "coverage"
    | "coverageLow"
    | "coverageHigh"
    | "meanWidth"
    | "meanScore"
  > {
  /** Smallest and largest coverage among the rows. */
  least: number;
  most: number;
}

const apart = ["runs", "scenario", "loss1", "quantity", "target", "scheme", "interval"] as const;

/**
 * Pools rows, in the order of the first of each.
 * @param by columns in which pooled rows agree; the others are those of the first. @default all but the autocorrelation
 */
export function poolRows(
  rows: readonly CoverageRow[],
  by: readonly (keyof CoverageRow)[] = apart,
): PooledRow[] {
  const groups = new Map<string, CoverageRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(by.map((column) => row[column]));
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(row);
  }
  return Array.from(groups.values(), pool);
}

function pool(rows: readonly CoverageRow[]): PooledRow {
  const { runs, scenario, loss1, quantity, target, scheme, interval } = rows[0]!;
  const sum = (value: (row: CoverageRow) => number): number =>
    rows.reduce((total, row) => total + value(row), 0);
  const trials = sum((row) => row.trials);
  const hits = sum((row) => row.hits);
  const limits = binomialLimits(hits, trials);
  const weighted = (value: (row: CoverageRow) => number): number =>
    sum((row) => (row.trials > 0 ? row.trials * value(row) : 0)) / trials;
  return {
    ...{ runs, scenario, loss1, quantity, target, scheme, interval, trials, hits },
    skipped: sum((row) => row.skipped),
    missesLeft: sum((row) => row.missesLeft),
    missesRight: sum((row) => row.missesRight),
    coverage: hits / trials,
    coverageLow: limits.low,
    coverageHigh: limits.high,
    meanWidth: weighted((row) => row.meanWidth),
    meanScore: weighted((row) => row.meanScore),
    least: Math.min(...rows.map((row) => row.coverage)),
    most: Math.max(...rows.map((row) => row.coverage)),
  };
}
