import type { CheckpointTable } from "../tables/checkpoint-table.ts";

/** The rows of one run for one subject, in the order of training (by tokens). */
export interface RunRows {
  run: string;
  /** 0-based rows of the checkpoint table. */
  rows: Uint32Array;
}

/** Where a target stands: its size, and its measured rows where the table has them. */
export interface Target {
  name: string;
  /** Parameters. */
  n: number;
  /** Tokens at the end of training. */
  d: number;
  /** FLOPs at the end of training. */
  c: number;
}

/** The rows of a checkpoint table by subject and run. Rows with a phase are left out. */
export interface RunIndex {
  table: CheckpointTable;
  /** In the order in which the table names them. */
  subjects: readonly string[];
  /** Runs of role `fit` of a subject, in the order of the table. */
  fitRuns(subject: string): readonly RunRows[];
  /** Rows of a target for a subject; none where it was not measured or is no run of the table. */
  targetRows(subject: string, target: string): Uint32Array;
  /** Runs of role `target`, as they are at the end of their training. */
  targets: readonly Target[];
}

const NO_ROWS = new Uint32Array(0);

/** Reads the table once and sorts its rows by subject, role and run. */
export function indexRuns(table: CheckpointTable): RunIndex {
  const fit = new Map<string, Map<string, number[]>>();
  const target = new Map<string, Map<string, number[]>>();
  const lastRows = new Map<string, number>();
  for (let row = 0; row < table.rows; row++) {
    if (table.phase[row] !== null) continue;
    const subject = table.subject[row]!;
    const run = table.run[row]!;
    const role = table.role[row]!;
    if (!fit.has(subject)) {
      fit.set(subject, new Map());
      target.set(subject, new Map());
    }
    const runs = (role === "fit" ? fit : target).get(subject)!;
    const rows = runs.get(run);
    if (rows === undefined) runs.set(run, [row]);
    else rows.push(row);
    if (role === "fit") continue;
    const last = lastRows.get(run);
    if (last === undefined || table.d[row]! >= table.d[last]!) lastRows.set(run, row);
  }
  const fitRuns = new Map(Array.from(fit, ([subject, runs]) => [subject, sortRuns(table, runs)]));
  const targetRuns = new Map(
    Array.from(target, ([subject, runs]) => {
      return [subject, new Map(sortRuns(table, runs).map(({ run, rows }) => [run, rows]))];
    }),
  );
  return {
    table,
    subjects: [...fit.keys()],
    fitRuns: (subject) => fitRuns.get(subject) ?? [],
    targetRows: (subject, name) => targetRuns.get(subject)?.get(name) ?? NO_ROWS,
    targets: Array.from(lastRows, ([name, row]) => {
      return { name, n: table.n[row]!, d: table.d[row]!, c: table.c[row]! };
    }),
  };
}

function sortRuns(table: CheckpointTable, runs: ReadonlyMap<string, number[]>): RunRows[] {
  return Array.from(runs, ([run, rows]) => {
    return { run, rows: Uint32Array.from(rows.sort((a, b) => table.d[a]! - table.d[b]!)) };
  });
}
