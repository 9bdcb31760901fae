import { approximateFlops, type CheckpointTable, locate } from "./checkpoint-table.ts";
import type { Finding, MetricSummary, RunSummary } from "./inspection.ts";
import { isAccuracy, isChance, isLoss } from "./metric-names.ts";
import { describeRow } from "./origin.ts";
import { scoresAgainstLoss } from "./scores-against-loss.ts";
import { type BadShares, badShares } from "./shares.ts";

/** What a check looks at. */
interface Inspected {
  table: CheckpointTable;
  runs: readonly RunSummary[];
  metrics: readonly MetricSummary[];
}

/** A check: what looks wrong, one text a case. A new check is one record. */
interface Check {
  name: string;
  /** What it means when it is found, for one case or more. */
  meaning: string;
  /** Whether it says nothing of the numbers of a sweep, which has targets of its own and takes what it needs. @default false */
  ofTheTableAlone?: boolean;
  cases(inspected: Inspected): Iterable<string>;
}

const quote = JSON.stringify;

const CHECKS: readonly Check[] = [
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
    meaning: "fewer than 3 runs to fit: no law can be fitted over them",
    *cases({ runs }) {
      const fit = runs.filter(({ role }) => role === "fit").length;
      if (fit < 3) yield `${fit} ${fit === 1 ? "run" : "runs"} to fit`;
    },
  },
  {
    name: "single-size",
    meaning: "all runs to fit have the same n: the dependence on model size cannot be told",
    *cases({ runs }) {
      const fit = runs.filter(({ role }) => role === "fit");
      if (fit.length > 1 && new Set(fit.map(({ n }) => n)).size === 1) yield `n = ${fit[0]?.n}`;
    },
  },
  {
    name: "role-or-size-varies",
    meaning: "a run changes its role or its n from row to row",
    *cases({ table, runs }) {
      const first = new Map(runs.map((run) => [run.run, run]));
      const seen = new Set<string>();
      for (let row = 0; row < table.rows; row++) {
        const run = table.run[row] as string;
        const summary = first.get(run);
        if (seen.has(run) || (summary?.role === table.role[row] && summary?.n === table.n[row])) continue;
        seen.add(run);
        yield `${quote(run)} at ${locate(table, row)}`;
      }
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
      "n or d cannot be a count of parameters or tokens (n < 1e5, or d < n): fits are the same in any unit, but 6*n*d, bounds of " +
      "papers and targets given by size suppose counts",
    *cases({ table, runs }) {
      // Early in training a run may have seen fewer tokens than it has parameters.
      const odd = new Set(
        runs.filter(({ n, lastD }) => n < FEWEST_PARAMETERS || lastD < n).map(({ run }) => run),
      );
      for (let row = 0; row < table.rows && odd.size > 0; row++) {
        if (!odd.delete(table.run[row] as string)) continue;
        const n = table.n[row] as number;
        yield `${quote(table.run[row])} at ${locate(table, row)}: n = ${n}, d = ${table.d[row]}${unitOf(n)}`;
      }
    },
  },
  {
    name: "flops-far-from-6nd",
    meaning: "c is outside 0.5 to 3 times 6*n*d",
    *cases({ table }) {
      const seen = new Set<string>();
      for (let row = 0; row < table.rows; row++) {
        const run = table.run[row] as string;
        const usual = approximateFlops(table.n[row] as number, table.d[row] as number);
        const ratio = (table.c[row] as number) / usual;
        if ((ratio >= 0.5 && ratio <= 3) || seen.has(run)) continue;
        seen.add(run);
        yield `${quote(run)} at ${locate(table, row)}: c = ${table.c[row]}, ${ratio.toPrecision(3)} times 6*n*d`;
      }
    },
  },
  {
    name: "words-for-missing",
    meaning: "words were read as missing cells",
    *cases({ table }) {
      for (const [column, { word, row, count }] of table.missingWords ?? []) {
        yield `${count} of column ${quote(column)}, the first ${quote(word)} at ${placeInSource(table, row)}`;
      }
    },
  },
  {
    name: "some-numbers",
    meaning: "a column is no metric, as under half of its cells are numbers",
    ofTheTableAlone: true,
    *cases({ table }) {
      for (const [column, found] of table.passedOver ?? []) yield `${quote(column)}: ${found}`;
    },
  },
  {
    name: "loss-not-positive",
    meaning: "a loss is not above 0, so it has no logarithm",
    cases: ({ table }) => badValues(table, isLoss, (value) => value <= 0),
  },
  {
    name: "accuracy-out-of-range",
    meaning:
      "an accuracy is outside 0 to 1 (percent? columns: {metrics: {accuracy: {sql: acc/100}}} converts)",
    cases: ({ table }) => badValues(table, isAccuracy, (value) => value < 0 || value > 1),
  },
  {
    name: "accuracy-falls",
    meaning:
      "an accuracy falls as the loss falls (an error rate? columns: {metrics: {accuracy: {sql: 1 - err}}} converts)",
    *cases({ table }) {
      for (const { subject, metric, correlation } of scoresAgainstLoss(table, isAccuracy)) {
        if (correlation > 0.5) {
          yield `${metric} of ${quote(subject)}: correlation with loss ${correlation.toFixed(2)}`;
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
    *cases({ table }) {
      for (const [source, values] of table.mixes) {
        const row = values.findIndex((value) => value < 0 || value > 1);
        if (row >= 0) yield `mix.${source} at ${locate(table, row)}: ${values[row]}`;
      }
    },
  },
  {
    name: "shares-do-not-sum-to-1",
    meaning: "the shares of a mixture do not sum to 1, or some are missing, which method flp-m refuses",
    cases: ({ table }) => sharesOf(table, ["missing", "sum"]),
  },
  {
    name: "shares-rounded",
    meaning: "the shares of a mixture sum to 1 but for rounding: they are taken as parts of their sum",
    cases: ({ table }) => sharesOf(table, ["rounded"]),
  },
];

/** A language model of fewer parameters is none. */
const FEWEST_PARAMETERS = 1e5;

/** The place of a row of the files, whatever rows the table has made of it. */
function placeInSource({ origin, source, rows }: CheckpointTable, row: number): string {
  return describeRow({ files: origin?.files ?? [{ path: source, rows }] }, row);
}

/** The unit that a number of parameters seems to be in. */
function unitOf(n: number): string {
  if (n >= FEWEST_PARAMETERS) return "";
  return n < 1e3
    ? " (billions? columns: {n: {sql: n*1e9}} converts)"
    : " (millions? columns: {n: {sql: n*1e6}} converts)";
}

/**
 * Checkpoints of a run, subject and phase whose tokens do not rise with the step. Rows may stand in any order; without
 * steps the tokens themselves are the order.
 */
function* fallingTokens({ table }: Inspected): Iterable<string> {
  const series = new Map<string, number[]>();
  for (let row = 0; row < table.rows; row++) {
    if (Number.isNaN(table.step[row])) continue;
    const key = `${table.run[row]}\n${table.subject[row]}\n${table.phase[row] ?? ""}`;
    const rows = series.get(key);
    if (rows === undefined) series.set(key, [row]);
    else rows.push(row);
  }
  const seen = new Set<string>();
  for (const rows of series.values()) {
    const run = table.run[rows[0]!] as string;
    if (seen.has(run)) continue;
    rows.sort((a, b) => table.step[a]! - table.step[b]!);
    const bad = rows.findIndex((row, i) => i > 0 && !(table.d[row]! > table.d[rows[i - 1]!]!));
    if (bad < 0) continue;
    seen.add(run);
    const row = rows[bad]!;
    const before = table.d[rows[bad - 1]!];
    yield `${quote(run)} at ${locate(table, row)}: ${table.d[row]} at step ${table.step[row]} after ${before}`;
  }
}

/** The names of all checks, for the documentation. */
export const CHECK_NAMES: readonly string[] = CHECKS.map(({ name }) => name);

/**
 * What looks wrong in a valid table; each kind once, with its first cases.
 *
 * @param ofSweep leaves out what says nothing of a sweep's numbers
 */
export function findingsOf(
  table: CheckpointTable,
  runs: readonly RunSummary[],
  metrics: readonly MetricSummary[],
  { ofSweep = false }: { ofSweep?: boolean } = {},
): Finding[] {
  const shown = 3;
  return CHECKS.flatMap(({ name, meaning, cases, ofTheTableAlone = false }) => {
    if (ofSweep && ofTheTableAlone) return [];
    const found = [...cases({ table, runs, metrics })];
    if (found.length === 0) return [];
    const more = found.length > shown ? `; and ${found.length - shown} more` : "";
    return [
      { check: name, message: `${meaning}: ${found.slice(0, shown).join("; ")}${more}`, count: found.length },
    ];
  });
}

/** Metrics with one value on all rows to fit, whatever targets have: a score that is always 0 tells nothing. */
function* constantMetrics({ table }: Inspected): Iterable<string> {
  for (const [metric, values] of table.metrics) {
    if (isChance(metric)) continue;
    const found = new Map<string, { value: number; count: number; isConstant: boolean }>();
    for (let row = 0; row < table.rows; row++) {
      const value = values[row] as number;
      if (table.role[row] !== "fit" || Number.isNaN(value)) continue;
      const subject = table.subject[row] as string;
      const known = found.get(subject) ?? { value, count: 0, isConstant: true };
      known.count++;
      known.isConstant &&= known.value === value;
      found.set(subject, known);
    }
    for (const [subject, { value, count, isConstant }] of found) {
      if (isConstant && count > 1) yield `${metric} of ${quote(subject)} is ${value} on ${count} rows to fit`;
    }
  }
}

function* sharesOf(table: CheckpointTable, kinds: readonly BadShares["kind"][]): Iterable<string> {
  for (const { row, kind, found } of badShares(table)) {
    if (kinds.includes(kind)) yield `${found} at ${locate(table, row)}`;
  }
}

function* badValues(
  table: CheckpointTable,
  applies: (metric: string) => boolean,
  isBad: (value: number) => boolean,
): Iterable<string> {
  for (const [metric, values] of table.metrics) {
    if (!applies(metric)) continue;
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as number;
      if (isBad(value)) yield `${metric} of ${quote(table.subject[row])} at ${locate(table, row)}: ${value}`;
    }
  }
}

/** Runs whose last checkpoint (by tokens, in the main series) has no value of a metric that the run has. */
function* missingFinals({ table }: Inspected): Iterable<string> {
  const last = new Map<string, number>();
  for (let row = 0; row < table.rows; row++) {
    if (table.phase[row] != null) continue;
    const run = table.run[row] as string;
    last.set(run, Math.max(last.get(run) ?? 0, table.d[row] as number));
  }
  for (const [metric, values] of table.metrics) {
    const lastValue = new Map<string, { run: string; subject: string; d: number }>();
    for (let row = 0; row < table.rows; row++) {
      if (table.phase[row] != null || Number.isNaN(values[row])) continue;
      const run = table.run[row] as string;
      const subject = table.subject[row] as string;
      const d = table.d[row] as number;
      const key = `${run}\n${subject}`;
      const before = lastValue.get(key);
      if (before === undefined || d > before.d) lastValue.set(key, { run, subject, d });
    }
    for (const { run, subject, d } of lastValue.values()) {
      const end = last.get(run) as number;
      if (d < end)
        yield `${metric} of ${quote(subject)} on ${quote(run)} ends at d = ${d}, the run at ${end}`;
    }
  }
}
