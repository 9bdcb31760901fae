import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { lastRows, runOrder } from "../tables/run-order.ts";
import type { Table } from "../tables/table.ts";

/** The columns of `runColumns`, and what each holds. */
export const RUN_COLUMNS = {
  run: "name of the run",
  family: "its family, or null",
  n: "parameters",
  d: "tokens at its last checkpoint",
  c: "FLOPs at its last checkpoint",
  xc: "d/(20 n), to one decimal: the multiple of Chinchilla-optimal data",
  n_rank: "place of n among the sizes of the fit runs, from 1",
  flops_rank: "place in the order of c among the fit runs, from 1",
} as const;

/**
 * One row for each run of role `fit`, in the order of their content: these are the columns of predicates of axis `runs`.
 * Rows with a phase are left out. Of runs with equal FLOPs the smaller model ranks first.
 */
export function runColumns(table: CheckpointTable): Table {
  const last = lastRows(
    table,
    runOrder(table),
    (row) => table.role[row] === "fit" && table.phase[row] === null,
  );
  const [runs, rows] = [[...last.keys()], [...last.values()]];
  const byFlops = rows.toSorted((a, b) => table.c[a]! - table.c[b]!);
  const ranks = new Map(byFlops.map((row, i) => [row, i + 1]));
  const { n, d, c } = table;
  const sizes = [...new Set(rows.map((row) => table.n[row]!))].sort((a, b) => a - b);
  return {
    rows: rows.length,
    columns: [
      { name: "run", type: "string", values: runs },
      { name: "family", type: "string", values: rows.map((row) => table.family[row]!) },
      { name: "n", type: "float64", values: Float64Array.from(rows, (row) => n[row]!) },
      { name: "d", type: "float64", values: Float64Array.from(rows, (row) => d[row]!) },
      { name: "c", type: "float64", values: Float64Array.from(rows, (row) => c[row]!) },
      {
        name: "xc",
        type: "float64",
        values: Float64Array.from(rows, (row) => chinchillaMultiple(n[row]!, d[row]!)),
      },
      { name: "n_rank", type: "int64", values: rows.map((row) => sizes.indexOf(n[row]!) + 1) },
      { name: "flops_rank", type: "int64", values: rows.map((row) => ranks.get(row)!) },
    ],
  };
}

/** Tokens as a multiple of 20 per parameter (Hoffmann et al., 2022), to one decimal. */
function chinchillaMultiple(n: number, d: number): number {
  return Math.round(d / (2 * n)) / 10;
}
