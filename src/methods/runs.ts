import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { isAccuracy } from "../tables/metric-names.ts";
import { perIndex } from "./per-index.ts";
import { type Size, sizeAt } from "./size.ts";

/** The rows of one run for one subject, in the order of training (by tokens). */
export interface RunRows {
  run: string;
  /** 0-based rows of the checkpoint table. */
  rows: Uint32Array;
}

/** A target and its size at the end of training. */
export interface Target extends Size {
  name: string;
}

/** The rows of a checkpoint table by subject and run. Rows with a phase are left out. */
export interface RunIndex {
  table: CheckpointTable;
  /** In the order in which the table names them. */
  subjects: readonly string[];
  /**
   * Validation domains: subjects that have the metric on a fit run and an accuracy nowhere, in the order of the
   * table.
   */
  domains(metric: string): readonly string[];
  /** Runs of role `fit` of a subject, in the order of the table. */
  fitRuns(subject: string): readonly RunRows[];
  /** Rows of a target for a subject; none where it was not measured or is no run of the table. */
  targetRows(subject: string, target: string): Uint32Array;
  /** Rows of a target for a subject that have a phase: its early checkpoints, evaluated apart. */
  phaseRows(subject: string, target: string): Uint32Array;
  /** Runs of role `target`, as they are at the end of their training. */
  targets: readonly Target[];
  /**
   * Names of the fit runs that a predicate of axis `runs` holds for; every fit run for `all`.
   *
   * @param predicate one of those whose runs the index was made with
   */
  selected(predicate: string): ReadonlySet<string>;
  /** By metric that has been asked for, 1 for each row of the table that it was asked for. */
  readonly used: Map<string, Uint8Array>;
}

/** Notes that rows of a metric are used. */
export function noteUse({ used, table }: RunIndex, metric: string, rows: Uint32Array): void {
  const marks = used.get(metric) ?? new Uint8Array(table.rows);
  used.set(metric, marks);
  for (const row of rows) marks[row] = 1;
}

/** Names of the fit runs that a predicate of axis `runs` holds for, in the order of the table. */
export const selectedRuns = perIndex(
  (predicate: string) => predicate,
  (index, predicate) => {
    const selected = index.selected(predicate);
    return [...index.selected(ALL_RUNS)].filter((run) => selected.has(run));
  },
);

/** Predicate of axis `runs` to the names of the fit runs that it holds for. */
export type RunSelections = ReadonlyMap<string, ReadonlySet<string>>;

/** The predicate that holds for every run. */
export const ALL_RUNS = "all";

const NO_ROWS = new Uint32Array(0);

/**
 * Reads the table once and sorts its rows by subject, role and run.
 *
 * @param selections fit runs of each predicate that will be asked for, as `selectRuns` finds them
 */
export function indexRuns(table: CheckpointTable, selections: RunSelections = new Map()): RunIndex {
  const fit = new Map<string, Map<string, number[]>>();
  const target = new Map<string, Map<string, number[]>>();
  const phased = new Map<string, Map<string, number[]>>();
  const lastRows = new Map<string, number>();
  const all = new Set<string>();
  const subjects = new Set<string>();
  for (let row = 0; row < table.rows; row++) {
    const subject = table.subject[row]!;
    const run = table.run[row]!;
    const role = table.role[row]!;
    if (table.phase[row] !== null) {
      if (role === "target") append(phased, subject, run, row);
      continue;
    }
    append(role === "fit" ? fit : target, subject, run, row);
    subjects.add(subject);
    if (role === "fit") {
      all.add(run);
      continue;
    }
    const last = lastRows.get(run);
    if (last === undefined || table.d[row]! >= table.d[last]!) lastRows.set(run, row);
  }
  const domains = new Map<string, string[]>();
  const fitRuns = new Map(Array.from(fit, ([subject, runs]) => [subject, sortRuns(table, runs)]));
  const targetRows = rowsByRun(table, target);
  const phaseRows = rowsByRun(table, phased);
  return {
    table,
    used: new Map(),
    subjects: [...subjects],
    domains(metric) {
      const found = domains.get(metric) ?? domainsOf(table, metric);
      domains.set(metric, found);
      return found;
    },
    fitRuns: (subject) => fitRuns.get(subject) ?? [],
    targetRows: (subject, name) => targetRows.get(subject)?.get(name) ?? NO_ROWS,
    phaseRows: (subject, name) => phaseRows.get(subject)?.get(name) ?? NO_ROWS,
    targets: Array.from(lastRows, ([name, row]) => ({ name, ...sizeAt(table, row) })),
    selected(predicate) {
      const runs = predicate === ALL_RUNS ? all : selections.get(predicate);
      if (runs === undefined) throw new Error(`runs of ${JSON.stringify(predicate)} were not selected`);
      return runs;
    },
  };
}

function domainsOf({ rows, metrics, role, subject, phase }: CheckpointTable, metric: string): string[] {
  const values = metrics.get(metric);
  if (values === undefined) return [];
  const accuracies = [...metrics].filter(([name]) => isAccuracy(name)).map(([, one]) => one);
  const measured = new Set<string>();
  const tasks = new Set<string>();
  for (let row = 0; row < rows; row++) {
    if (accuracies.some((accuracy) => !Number.isNaN(accuracy[row]))) tasks.add(subject[row]!);
    if (role[row] === "fit" && phase[row] === null && !Number.isNaN(values[row])) measured.add(subject[row]!);
  }
  return [...measured].filter((one) => !tasks.has(one));
}

function append(index: Map<string, Map<string, number[]>>, subject: string, run: string, row: number): void {
  const runs = index.get(subject) ?? new Map<string, number[]>();
  index.set(subject, runs);
  const rows = runs.get(run);
  if (rows === undefined) runs.set(run, [row]);
  else rows.push(row);
}

function rowsByRun(
  table: CheckpointTable,
  index: ReadonlyMap<string, ReadonlyMap<string, number[]>>,
): Map<string, Map<string, Uint32Array>> {
  return new Map(
    Array.from(index, ([subject, runs]) => {
      return [subject, new Map(sortRuns(table, runs).map(({ run, rows }) => [run, rows]))];
    }),
  );
}

function sortRuns(table: CheckpointTable, runs: ReadonlyMap<string, number[]>): RunRows[] {
  return Array.from(runs, ([run, rows]) => {
    return { run, rows: Uint32Array.from(rows.sort((a, b) => table.d[a]! - table.d[b]!)) };
  });
}
