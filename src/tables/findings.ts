import { getOrInsert } from "../collections.ts";
import { CAUTION_CHECKS, COLUMNS_GUESSED } from "./cautions.ts";
import {
  approximateFlops,
  type CheckpointTable,
  isAccuracy,
  isChance,
  isLoss,
  locate,
} from "./checkpoint-table.ts";
import type { Finding, MetricSummary, RunSummary } from "./inspection.ts";
import { describeRow } from "./origin.ts";
import { fallingScores, type RowSeries, rowsBySeries } from "./score-trends.ts";
import { type BadShares, badShares } from "./shares.ts";

/** The input of a check. */
export interface Inspected {
  table: CheckpointTable;
  /** Rows that are checked, ascending. */
  rows: Uint32Array;
  /** Rows of each metric that are checked. */
  rowsOf: ReadonlyMap<string, Uint32Array>;
  /** The series of the rows that are checked. */
  series: RowSeries;
  /** Shares of the training sources that are checked, one for each row of the table. */
  mixes: CheckpointTable["mixes"];
  runs: readonly RunSummary[];
  metrics: readonly MetricSummary[];
}

/** A check of a table, with one text for each case that it finds. A new check is one record. */
interface Check {
  name: string;
  /** Meaning of the finding, for one case or more. */
  meaning: string;
  /** Whether it concerns only the table and not the results of a sweep, which has its own targets and uses only some rows. @default false */
  ofTheTableAlone?: boolean;
  cases(inspected: Inspected): Iterable<string>;
}

const quote = JSON.stringify;

const CHECKS: readonly Check[] = [
  {
    name: "columns-guessed",
    meaning: COLUMNS_GUESSED,
    *cases({ table }) {
      if (table.guessed !== undefined) yield table.guessed.text;
    },
  },
  ...CAUTION_CHECKS,
  {
    name: "no-target",
    meaning: "no run has the role target: sizes to predict must come from the sweep file",
    ofTheTableAlone: true,
    *cases({ runs }) {
      if (!runs.some(({ role }) => role === "target")) yield `${runs.length} runs, all to fit`;
    },
  },
  {
    name: "few-runs",
    meaning: "fewer than 3 runs to fit: no law can be fitted to them",
    *cases({ runs }) {
      const fit = runs.filter(({ role }) => role === "fit").length;
      if (fit < 3) yield `${fit} ${fit === 1 ? "run" : "runs"} to fit`;
    },
  },
  {
    name: "single-size",
    meaning: "all runs to fit have the same n: the dependence on model size cannot be estimated",
    *cases({ runs }) {
      const fit = runs.filter(({ role }) => role === "fit");
      if (fit.length > 1 && new Set(fit.map(({ n }) => n)).size === 1) yield `n = ${fit[0]?.n}`;
    },
  },
  {
    name: "role-or-size-varies",
    meaning: "a run changes its role or its n from row to row",
    *cases(inspected) {
      const { table, runs } = inspected;
      const summaries = new Map(runs.map((summary) => [summary.run, summary]));
      let summary: RunSummary | undefined;
      const varies = (row: number, run: string): boolean => {
        if (summary?.run !== run) summary = summaries.get(run)!;
        return summary.role !== table.role[row] || summary.n !== table.n[row];
      };
      for (const row of firstRows(inspected, varies))
        yield `${quote(table.run[row])} at ${locate(table, row)}`;
    },
  },
  {
    name: "tokens-not-increasing",
    meaning: "d does not rise from one checkpoint of a run to the next, in the order of its steps",
    cases: fallingTokens,
  },
  {
    name: "sizes-are-no-counts",
    meaning:
      "n or d cannot be a count of parameters or tokens (n < 1e5, or d < n): fits are the same in any unit that all rows and targets share, " +
      "but 6*n*d, bounds from papers and targets given by size assume counts",
    *cases(inspected) {
      const { table, runs } = inspected;
      // Early in training a run may have seen fewer tokens than it has parameters.
      const odd = new Set(
        runs.filter(({ n, lastD }) => n < FEWEST_PARAMETERS || lastD < n).map(({ run }) => run),
      );
      if (odd.size === 0) return;
      for (const row of firstRows(inspected, (_, run) => odd.has(run))) {
        const n = table.n[row] as number;
        yield `${quote(table.run[row])} at ${locate(table, row)}: n = ${n}, d = ${table.d[row]}${unitOf(n)}`;
      }
    },
  },
  {
    name: "blank-in-name",
    meaning: "a name begins or ends with a blank, so it is another run or subject than the same name without",
    *cases({ table }) {
      for (const column of ["run", "subject"] as const) {
        const seen = new Set<string>();
        let last: string | undefined;
        for (let row = 0; row < table.rows; row++) {
          const name = table[column][row] as string;
          if (name === last || seen.has(name)) continue;
          last = name;
          seen.add(name);
          if (name !== name.trim()) yield `${column} ${quote(name)} at ${locate(table, row)}`;
        }
      }
    },
  },
  {
    name: "flops-far-from-6nd",
    meaning: "c is outside 0.5 to 3 times 6*n*d",
    *cases(inspected) {
      const { n, d, c, run } = inspected.table;
      const ratio = (row: number): number => c[row]! / approximateFlops(n[row]!, d[row]!);
      for (const row of firstRows(inspected, (row) => ratio(row) < 0.5 || ratio(row) > 3)) {
        const place = `${quote(run[row])} at ${locate(inspected.table, row)}`;
        yield `${place}: c = ${c[row]}, ${ratio(row).toPrecision(3)} times 6*n*d`;
      }
    },
  },
  {
    name: "words-for-missing",
    meaning: "words were read as missing cells",
    *cases({ table, rowsOf }) {
      for (const [column, { word, row, count }] of table.missingWords ?? []) {
        if (table.metrics.has(column) && !rowsOf.has(column)) continue;
        yield `${count} of column ${quote(column)}, the first ${quote(word)} at ${placeInSource(table, row)}`;
      }
    },
  },
  {
    name: "some-numbers",
    meaning: "a column is not taken as a metric because fewer than half of its cells are numbers",
    ofTheTableAlone: true,
    *cases({ table }) {
      for (const [column, problem] of table.passedOver ?? []) yield `${quote(column)}: ${problem}`;
    },
  },
  {
    name: "loss-not-positive",
    meaning: "a loss is not above 0, so it has no logarithm",
    cases: (inspected) => badValues(inspected, isLoss, (value) => value <= 0),
  },
  {
    name: "accuracy-out-of-range",
    meaning:
      "an accuracy is outside 0 to 1 (percent? columns: {metrics: {accuracy: {sql: acc/100}}} converts)",
    cases: (inspected) => badValues(inspected, isAccuracy, (value) => value < 0 || value > 1),
  },
  {
    name: "accuracy-falls",
    meaning:
      "an accuracy falls as runs get better (an error rate? columns: {metrics: {accuracy: {sql: 1 - err}}} converts)",
    *cases({ table, rowsOf, series }) {
      for (const [metric, rows] of rowsOf) {
        if (!isAccuracy(metric)) continue;
        for (const { subject, against, correlation, points } of fallingScores(table, metric, rows, series)) {
          const how = against === "loss" ? "rises with the loss" : "falls with FLOPs";
          yield `${metric} of ${quote(subject)} ${how}, rank correlation ${correlation.toFixed(2)} of ${points} points`;
        }
      }
    },
  },
  {
    name: "constant-metric",
    meaning: "a metric never changes from one fit run to another",
    cases: constantMetrics,
  },
  {
    name: "no-final-value",
    meaning: "the last checkpoint of a run lacks a metric that earlier ones have",
    cases: missingFinals,
  },
  {
    name: "target-only",
    meaning: "a metric is measured on targets and on no run to fit, so it cannot be predicted",
    ofTheTableAlone: true,
    *cases({ metrics }) {
      for (const { subject, metric, fitRuns, targets } of metrics) {
        if (fitRuns === 0 && targets > 0) yield `${metric} of ${quote(subject)}`;
      }
    },
  },
  {
    name: "not-on-all-runs",
    meaning: "a metric is missing on some of the runs to fit",
    *cases({ runs, metrics }) {
      const fit = runs.filter(({ role, checkpoints }) => role === "fit" && checkpoints > 0).length;
      for (const { subject, metric, fitRuns } of metrics) {
        if (fitRuns > 0 && fitRuns < fit)
          yield `${metric} of ${quote(subject)} is on ${fitRuns} of ${fit} runs`;
      }
    },
  },
  {
    name: "share-out-of-range",
    meaning: "a share of a training source is outside 0 to 1",
    *cases({ table, rows, mixes }) {
      for (const [source, values] of mixes) {
        const row = rows.find((candidate) => values[candidate]! < 0 || values[candidate]! > 1);
        if (row !== undefined) yield `mix.${source} at ${locate(table, row)}: ${values[row]}`;
      }
    },
  },
  {
    name: "shares-do-not-sum-to-1",
    meaning: "the shares of a mixture do not sum to 1, or some are missing, which method flp-m refuses",
    cases: (inspected) => sharesOf(inspected, ["missing", "sum"]),
  },
  {
    name: "shares-rounded",
    meaning: "the shares of a mixture sum to 1 except for rounding, and are divided by their sum",
    cases: (inspected) => sharesOf(inspected, ["rounded"]),
  },
];

/** Fewer parameters than any language model has. */
const FEWEST_PARAMETERS = 1e5;

/** The first odd row of each run that has one. */
function* firstRows(
  { table, rows }: Inspected,
  isOdd: (row: number, run: string) => boolean,
): Iterable<number> {
  const seen = new Set<string>();
  let last: string | undefined;
  for (const row of rows) {
    const run = table.run[row]!;
    if (run === last || !isOdd(row, run)) continue;
    last = run;
    if (!seen.has(run)) yield row;
    seen.add(run);
  }
}

/** The place of a row in the files; a wide row has the same place in all its tidy rows. */
function placeInSource({ origin, source, rows }: CheckpointTable, row: number): string {
  return describeRow({ files: origin?.files ?? [{ path: source, rows }] }, row);
}

/** The unit that a number of parameters seems to be given in. */
function unitOf(n: number): string {
  if (n >= FEWEST_PARAMETERS) return "";
  return n < 1e3
    ? " (billions? columns: {n: {sql: n*1e9}} converts)"
    : " (millions? columns: {n: {sql: n*1e6}} converts)";
}

/**
 * Checkpoints of a run, subject and phase whose tokens do not rise with the step. Rows may be in any order; without
 * steps the tokens themselves are the order.
 */
function* fallingTokens({ table, rows, series }: Inspected): Iterable<string> {
  const { run, d, step } = table;
  const seen = new Set<string>();
  for (const all of rowsBySeries(series, rows)) {
    const ordered = all.filter((row) => !Number.isNaN(step[row]));
    if (ordered.length === 0 || seen.has(run[ordered[0]!]!)) continue;
    if (ordered.some((row, i) => i > 0 && step[row]! < step[ordered[i - 1]!]!)) {
      ordered.sort((a, b) => step[a]! - step[b]!);
    }
    const bad = ordered.findIndex((row, i) => i > 0 && !(d[row]! > d[ordered[i - 1]!]!));
    if (bad < 0) continue;
    const [row, before] = [ordered[bad]!, ordered[bad - 1]!];
    seen.add(run[row]!);
    yield `${quote(run[row])} at ${locate(table, row)}: ${d[row]} at step ${step[row]} after ${d[before]}`;
  }
}

/** The names of all checks, for the documentation. */
export const CHECK_NAMES: readonly string[] = CHECKS.map(({ name }) => name);

/**
 * Findings about a valid table, each kind once, with its first cases: none or one a step, so that other work may be done between two.
 *
 * @param ofSweep whether to leave out findings that concern only the table and not the results of a sweep
 */
export function* findingsOf(
  inspected: Inspected,
  { ofSweep = false }: { ofSweep?: boolean } = {},
): Iterable<Finding | undefined> {
  const shown = 3;
  for (const { name, meaning, cases, ofTheTableAlone = false } of CHECKS) {
    const all = ofSweep && ofTheTableAlone ? [] : [...cases(inspected)];
    const more = all.length > shown ? `; and ${all.length - shown} more` : "";
    const message = `${meaning}: ${all.slice(0, shown).join("; ")}${more}`;
    yield all.length === 0 ? undefined : { check: name, message, count: all.length };
  }
}

/** Metrics with one value on all rows to fit, even if targets have others: a score that is always 0 carries no information. */
function* constantMetrics({ table, rowsOf, series }: Inspected): Iterable<string> {
  const { role, subject } = table;
  for (const [metric, rows] of rowsOf) {
    if (isChance(metric)) continue;
    const values = table.metrics.get(metric)!;
    const firsts = new Float64Array(series.first.length).fill(Number.NaN);
    const counts = new Uint32Array(series.first.length);
    const varies = new Uint8Array(series.first.length);
    const order: number[] = [];
    for (const row of rows) {
      const value = values[row]!;
      if (role[row] !== "fit" || Number.isNaN(value)) continue;
      const i = series.of[row]!;
      if (counts[i]!++ === 0) {
        firsts[i] = value;
        order.push(i);
      } else if (firsts[i] !== value) varies[i] = 1;
    }
    const bySubject = new Map<string, { value: number; count: number; isConstant: boolean }>();
    for (const i of order) {
      const value = firsts[i]!;
      const all = getOrInsert(bySubject, subject[series.first[i]!]!, () => ({
        value,
        count: 0,
        isConstant: true,
      }));
      all.count += counts[i]!;
      all.isConstant &&= varies[i] === 0 && all.value === value;
    }
    for (const [name, { value, count, isConstant }] of bySubject) {
      if (isConstant && count > 1) yield `${metric} of ${quote(name)} is ${value} on ${count} rows to fit`;
    }
  }
}

function* sharesOf({ table, rows, mixes }: Inspected, kinds: readonly BadShares["kind"][]): Iterable<string> {
  let next = 0;
  // Both ascend.
  for (const { row, kind, problem } of badShares({ ...table, mixes })) {
    while (next < rows.length && rows[next]! < row) next++;
    if (rows[next] === row && kinds.includes(kind)) yield `${problem} at ${locate(table, row)}`;
  }
}

function* badValues(
  { table, rowsOf }: Inspected,
  applies: (metric: string) => boolean,
  isBad: (value: number) => boolean,
): Iterable<string> {
  for (const [metric, rows] of rowsOf) {
    if (!applies(metric)) continue;
    const values = table.metrics.get(metric)!;
    for (const row of rows) {
      const value = values[row] as number;
      if (isBad(value)) yield `${metric} of ${quote(table.subject[row])} at ${locate(table, row)}: ${value}`;
    }
  }
}

/** Runs whose last checkpoint (by tokens, in the main series) has no value of a metric that the run has. */
function* missingFinals({ table, rows, rowsOf, series }: Inspected): Iterable<string> {
  const { run, subject, phase, d } = table;
  const lastOf = (of: Uint32Array, isMeasured: (row: number) => boolean): Float64Array => {
    const last = new Float64Array(series.first.length);
    for (const row of of) {
      const number = series.of[row]!;
      if (d[row]! > last[number]! && isMeasured(row)) last[number] = d[row]!;
    }
    return last;
  };
  const ends = new Map<string, number>();
  lastOf(rows, () => true).forEach((end, i) => {
    const first = series.first[i]!;
    if (phase[first] === null) ends.set(run[first]!, Math.max(end, ends.get(run[first]!) ?? 0));
  });
  for (const [metric, measured] of rowsOf) {
    const values = table.metrics.get(metric)!;
    const last = lastOf(measured, (row) => !Number.isNaN(values[row]));
    for (const [i, first] of series.first.entries()) {
      const end = ends.get(run[first]!)!;
      if (phase[first] === null && last[i]! > 0 && last[i]! < end)
        yield `${metric} of ${quote(subject[first])} on ${quote(run[first])} ends at d = ${last[i]}, the run at ${end}`;
    }
  }
}
