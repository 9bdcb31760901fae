import { getOrInsert } from "../collections.ts";
import { type CheckpointTable, isAccuracy } from "../tables/checkpoint-table.ts";
import { isLater, rowComparison, runOrder } from "../tables/run-order.ts";

/** The rows of one run for one subject, in the order of training (by tokens). */
interface RunRows {
  run: string;
  /** 0-based rows of the checkpoint table. */
  rows: Uint32Array;
}

/** Size of a run: parameters n, tokens d, FLOPs c, and the mixture of its training data. */
export interface Size {
  n: number;
  d: number;
  c: number;
  /** Share (0 to 1) of each source of the training data, where it is known. */
  mix?: ReadonlyMap<string, number>;
  /** Inputs of laws by name, where the table or the sweep has some. */
  inputs?: ReadonlyMap<string, number>;
}

/** Variables of a form for a run of that size, or why the run is left out. */
export type VariablesOf = (size: Size) => number[] | { leftOut: string };

/** Size of a run at a row of the table (0-based). */
export function sizeAt({ n, d, c, mixes, inputs }: CheckpointTable, row: number): Size {
  const at = (columns: ReadonlyMap<string, Float64Array>) =>
    new Map(Array.from(columns, ([name, values]) => [name, values[row]!]));
  return {
    ...{ n: n[row]!, d: d[row]!, c: c[row]! },
    ...(mixes.size > 0 && { mix: at(mixes) }),
    ...(inputs && { inputs: at(inputs) }),
  };
}

/** A target and its size at the end of training. */
export interface Target extends Size {
  name: string;
}

/**
 * The rows of a checkpoint table by subject and run. Rows with a phase are left out. Runs and targets are in the order of
 * `runOrder` and subjects in that of their names, so that no number depends on the order of the rows or on the names of
 * runs.
 */
export interface RunIndex {
  table: CheckpointTable;
  /** In the order of their names. */
  subjects: readonly string[];
  /** Validation domains: subjects that have the metric on a fit run and an accuracy nowhere, in the order of their names. */
  domains(metric: string): readonly string[];
  /** Place of every run of the table in the order of their content, from 0; keys of random numbers name runs by it. */
  places: ReadonlyMap<string, number>;
  /** Runs of role `fit` of a subject. */
  fitRuns(subject: string): readonly RunRows[];
  /** Rows of a target for a subject; none if it was not measured or is not a run of the table. */
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
  /** For each metric that was read, an array over the rows of the table: 1 where the metric of the row was read. */
  readonly used: Map<string, Uint8Array>;
}

/** Notes that rows of a metric are used. */
export function noteUse({ used, table }: RunIndex, metric: string, rows: Uint32Array): void {
  const marks = getOrInsert(used, metric, () => new Uint8Array(table.rows));
  for (const row of rows) marks[row] = 1;
}

/**
 * Caches a function of the runs: it is computed once for each index and argument. Thousands of cells need the same few series.
 *
 * @param keyOf key that identifies an argument
 */
export function perIndex<Argument, Result>(
  keyOf: (argument: Argument) => string,
  make: (index: RunIndex, argument: Argument) => Result,
): (index: RunIndex, argument: Argument) => Result {
  const kept = new WeakMap<RunIndex, Map<string, Result>>();
  return (index, argument) => {
    const results = getOrInsert(kept, index, () => new Map());
    return getOrInsert(results, keyOf(argument), () => make(index, argument));
  };
}

/** Names of the fit runs that a predicate of axis `runs` holds for, in the order of their content. */
export const selectedRuns = perIndex(
  (predicate: string) => predicate,
  (index, predicate) => {
    const selected = index.selected(predicate);
    return [...index.selected(ALL_RUNS)].filter((run) => selected.has(run));
  },
);

/** Family of every fit run and target: the corpus that it was trained on. */
export const familyOfRuns = perIndex(
  () => "",
  ({ table: { run, family } }) => new Map(run.map((name, row) => [name, family[row] ?? undefined])),
);

/** Families of the fit runs, in the order of their names. */
export function fitFamilies({ role, family }: CheckpointTable): string[] {
  const named = family.filter((name, row) => name !== null && role[row] === "fit");
  return [...new Set(named as string[])].sort();
}

/** For each predicate of axis `runs`, the names of the fit runs that it holds for. */
export type RunSelections = ReadonlyMap<string, ReadonlySet<string>>;

/** The predicate that holds for every run. */
export const ALL_RUNS = "all";

/** The rows of what the table does not have. */
export const NO_ROWS = new Uint32Array(0);

/**
 * Reads the table once and sorts its rows by subject, role and run.
 *
 * @param selections fit runs of each predicate that will be used, as `selectRuns` finds them
 */
export function indexRuns(table: CheckpointTable, selections: RunSelections = new Map()): RunIndex {
  const fit = new Map<string, Map<string, number[]>>();
  const target = new Map<string, Map<string, number[]>>();
  const phased = new Map<string, Map<string, number[]>>();
  const lastRows = new Map<string, number>();
  const fitted = new Set<string>();
  const places = new Map(runOrder(table).map((run, place) => [run, place]));
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
      fitted.add(run);
      continue;
    }
    const last = lastRows.get(run);
    if (last === undefined || isLater(table, row, last)) lastRows.set(run, row);
  }
  const domains = new Map<string, string[]>();
  const all = new Set([...places.keys()].filter((run) => fitted.has(run)));
  const sort = runSorter(table, places);
  const fitRuns = new Map(Array.from(fit, ([subject, runs]) => [subject, sort(runs)]));
  const targetRows = rowsByRun(target, sort);
  const phaseRows = rowsByRun(phased, sort);
  return {
    table,
    used: new Map(),
    subjects: [...subjects].sort(),
    places,
    domains: (metric) => getOrInsert(domains, metric, () => domainsOf(table, metric)),
    fitRuns: (subject) => fitRuns.get(subject) ?? [],
    targetRows: (subject, name) => targetRows.get(subject)?.get(name) ?? NO_ROWS,
    phaseRows: (subject, name) => phaseRows.get(subject)?.get(name) ?? NO_ROWS,
    targets: [...places.keys()].flatMap((name) => {
      const row = lastRows.get(name);
      return row === undefined ? [] : [{ name, ...sizeAt(table, row) }];
    }),
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
  const accuracies = [...metrics].filter(([name]) => isAccuracy(name)).map(([, column]) => column);
  const measured = new Set<string>();
  const tasks = new Set<string>();
  for (let row = 0; row < rows; row++) {
    if (accuracies.some((accuracy) => !Number.isNaN(accuracy[row]))) tasks.add(subject[row]!);
    if (role[row] === "fit" && phase[row] === null && !Number.isNaN(values[row])) measured.add(subject[row]!);
  }
  return [...measured].filter((name) => !tasks.has(name)).sort();
}

function append(index: Map<string, Map<string, number[]>>, subject: string, run: string, row: number): void {
  const runs = getOrInsert(index, subject, () => new Map());
  getOrInsert(runs, run, () => []).push(row);
}

type Sort = (runs: ReadonlyMap<string, number[]>) => RunRows[];

function rowsByRun(
  index: ReadonlyMap<string, ReadonlyMap<string, number[]>>,
  sort: Sort,
): Map<string, Map<string, Uint32Array>> {
  return new Map(
    Array.from(index, ([subject, runs]) => [
      subject,
      new Map(sort(runs).map(({ run, rows }) => [run, rows])),
    ]),
  );
}

/** Sorts runs by their places, and the rows of each by tokens, equal ones by content. */
function runSorter(table: CheckpointTable, places: ReadonlyMap<string, number>): Sort {
  const compare = rowComparison(table);
  return (runs) =>
    Array.from(runs, ([run, rows]) => ({ run, rows: Uint32Array.from(rows.sort(compare)) })).sort(
      (a, b) => places.get(a.run)! - places.get(b.run)!,
    );
}
