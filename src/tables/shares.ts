import { type CheckpointTable, locate } from "./checkpoint-table.ts";
import { MIX_PREFIX } from "./table.ts";

/**
 * How far from 1 the shares of a mixture may sum: what rounding ten shares to three decimals can cause. They are then divided by
 * their sum; a finding says so where the sum differs from 1 by more than the rounding of float64.
 */
export const SHARES_TOLERANCE = 5e-3;

/** Sums that differ from 1 by less than this differ only by the rounding of float64. */
export const EXACT_SHARES = 1e-6;

/** The problem with the shares of one row. */
export interface BadShares {
  /** 0-based row of the table. */
  row: number;
  kind: "missing" | "outside" | "sum" | "rounded";
  /** Columns and values in words. */
  problem: string;
  /** What is allowed. */
  allowed: string;
}

/** The rows whose shares are not a mixture: a share outside 0 to 1, some shares missing beside others, or a sum other than 1. */
export function* badShares({ mixes, rows }: CheckpointTable): Generator<BadShares> {
  const columns = Array.from(mixes.keys(), (source) => `${MIX_PREFIX}${source}`);
  const all = [...mixes.values()];
  if (all.length === 0) return;
  for (let row = 0; row < rows; row++) {
    const shares = all.map((values) => values[row]!);
    if (shares.every(Number.isNaN)) continue;
    const missing = shares.findIndex(Number.isNaN);
    if (missing >= 0) {
      const allowed = "a share in all columns mix.<source> of a row, or in none";
      yield { row, kind: "missing", problem: `column ${JSON.stringify(columns[missing])}: empty`, allowed };
      continue;
    }
    const outside = shares.findIndex((share) => share < 0 || share > 1 + SHARES_TOLERANCE);
    if (outside >= 0) {
      const percent = shares[outside]! > 1 ? "; percentages are not converted" : "";
      yield {
        row,
        kind: "outside",
        problem: `column ${JSON.stringify(columns[outside])}: ${shares[outside]}`,
        allowed: `a share, 0 to 1${percent}`,
      };
      continue;
    }
    const sum = shares.reduce((total, share) => total + share, 0);
    if (Math.abs(sum - 1) > EXACT_SHARES) {
      const problem = `${columns.join(" + ")}: ${shares.join(" + ")} = ${Number(sum.toPrecision(12))}`;
      const kind = Math.abs(sum - 1) > SHARES_TOLERANCE ? "sum" : "rounded";
      yield { row, kind, problem, allowed: `shares that sum to 1, within ${SHARES_TOLERANCE}` };
    }
  }
}

/** A message on the first row whose shares are not a mixture; undefined if every row is valid. */
export function firstBadShares(table: CheckpointTable): string | undefined {
  for (const { row, kind, problem, allowed } of badShares(table)) {
    if (kind !== "rounded") return `${locate(table, row)}, ${problem}; allowed: ${allowed}`;
  }
  return undefined;
}

/** The shares of each row as parts of their sum, where that is 1 but for rounding; other rows stay as they are. */
export function wholeShares({ mixes, rows }: CheckpointTable): Map<string, Float64Array> {
  if (mixes.size === 0) return mixes;
  const whole = new Map(Array.from(mixes, ([source, values]) => [source, values.slice()]));
  for (let row = 0; row < rows; row++) {
    const sum = [...mixes.values()].reduce((total, values) => total + values[row]!, 0);
    if (!(Math.abs(sum - 1) <= SHARES_TOLERANCE)) continue;
    for (const values of whole.values()) values[row]! /= sum;
  }
  return whole;
}
