import type { CheckpointTable } from "./checkpoint-table.ts";
import { findingsOf } from "./findings.ts";
import type { Finding, InputRange, Inspection, MetricSummary, RunSummary } from "./inspection.ts";

/** What a checkpoint table holds (runs, metrics of each subject, ranges) and what looks wrong in it. */
export function inspectTable(table: CheckpointTable): Inspection {
  const runs = summariseRuns(table);
  const metrics = summariseMetrics(table);
  return {
    source: table.source,
    rows: table.rows,
    runs,
    metrics,
    ranges: summariseInputs(table),
    findings: findingsOf(table, runs, metrics),
  };
}

/** What looks wrong in the rows that a sweep uses. */
export function findingsInUse(table: CheckpointTable, use: RowsInUse): Finding[] {
  const rows = Array.from({ length: table.rows }, (_, row) => row).filter(
    (row) =>
      use.metrics.has(table.subject[row]!) && (table.role[row] === "target" || use.runs.has(table.run[row]!)),
  );
  const used = new Set([...use.metrics.values()].flatMap((metrics) => [...metrics]));
  const pick = <T>(values: ArrayLike<T>): T[] => rows.map((row) => values[row]!);
  const numbers = (values: Float64Array): Float64Array => Float64Array.from(rows, (row) => values[row]!);
  const part: CheckpointTable = {
    ...table,
    rowsOfWhole: rows,
    rows: rows.length,
    run: pick(table.run),
    role: pick(table.role),
    family: pick(table.family),
    phase: pick(table.phase),
    subject: pick(table.subject),
    n: numbers(table.n),
    d: numbers(table.d),
    c: numbers(table.c),
    step: numbers(table.step),
    mixes: use.mixes
      ? new Map([...table.mixes].map(([source, values]) => [source, numbers(values)]))
      : new Map(),
    metrics: new Map(
      [...table.metrics]
        .filter(([metric]) => used.has(metric))
        .map(([metric, values]) => [
          metric,
          Float64Array.from(rows, (row) =>
            use.metrics.get(table.subject[row]!)!.has(metric) ? values[row]! : Number.NaN,
          ),
        ]),
    ),
  };
  return findingsOf(part, summariseRuns(part), summariseMetrics(part), { ofSweep: true });
}

/** What of a table a sweep uses. */
export interface RowsInUse {
  /** Metrics by subject. */
  metrics: ReadonlyMap<string, ReadonlySet<string>>;
  /** Fit runs. */
  runs: ReadonlySet<string>;
  /** Whether it looks at the mixtures. */
  mixes: boolean;
}

/** Runs in order of appearance. */
function summariseRuns(table: CheckpointTable): RunSummary[] {
  const runs = new Map<string, { summary: RunSummary; main: Set<number>; apart: Set<number> }>();
  for (let row = 0; row < table.rows; row++) {
    const run = table.run[row] as string;
    const d = table.d[row] as number;
    let found = runs.get(run);
    if (found === undefined) {
      const summary: RunSummary = {
        run,
        role: table.role[row] as RunSummary["role"],
        family: table.family[row] ?? null,
        n: table.n[row] as number,
        firstD: d,
        lastD: d,
        checkpoints: 0,
        phaseCheckpoints: 0,
      };
      found = { summary, main: new Set(), apart: new Set() };
      runs.set(run, found);
    }
    found.summary.firstD = Math.min(found.summary.firstD, d);
    found.summary.lastD = Math.max(found.summary.lastD, d);
    (table.phase[row] == null ? found.main : found.apart).add(d);
  }
  return Array.from(runs.values(), ({ summary, main, apart }) => {
    return { ...summary, checkpoints: main.size, phaseCheckpoints: apart.size };
  });
}

interface Tally extends MetricSummary {
  fit: Set<string>;
  target: Set<string>;
}

/** Metrics of each subject, in order of appearance; a metric that a subject never has is left out. */
function summariseMetrics(table: CheckpointTable): MetricSummary[] {
  const tallies = new Map<string, Map<string, Tally>>();
  for (let row = 0; row < table.rows; row++) {
    const subject = table.subject[row] as string;
    const bySubject = tallies.get(subject) ?? new Map<string, Tally>();
    tallies.set(subject, bySubject);
    for (const [metric, values] of table.metrics) {
      const tally = bySubject.get(metric) ?? emptyTally(subject, metric);
      bySubject.set(metric, tally);
      count(tally, values[row] as number, table, row);
    }
  }
  return [...tallies.values()]
    .flatMap((bySubject) => [...bySubject.values()])
    .filter(({ count }) => count > 0)
    .map(({ fit, target, ...summary }) => ({ ...summary, fitRuns: fit.size, targets: target.size }));
}

function emptyTally(subject: string, metric: string): Tally {
  return {
    subject,
    metric,
    count: 0,
    missing: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    fitRuns: 0,
    targets: 0,
    fit: new Set(),
    target: new Set(),
  };
}

function count(tally: Tally, value: number, table: CheckpointTable, row: number): void {
  if (Number.isNaN(value)) {
    tally.missing++;
    return;
  }
  tally.count++;
  tally.min = Math.min(tally.min, value);
  tally.max = Math.max(tally.max, value);
  tally[table.role[row] as "fit" | "target"].add(table.run[row] as string);
}

function summariseInputs(table: CheckpointTable): InputRange[] {
  const inputs: [string, Float64Array][] = [
    ["n", table.n],
    ["d", table.d],
    ["c", table.c],
    ["step", table.step],
    ...Array.from(table.mixes, ([name, values]): [string, Float64Array] => [`mix.${name}`, values]),
  ];
  return inputs.map(([column, values]) => {
    const range: InputRange = { column, min: Number.NaN, max: Number.NaN, missing: 0 };
    for (const value of values) {
      if (Number.isNaN(value)) range.missing++;
      // A comparison with NaN is false: the first value takes its place.
      else {
        if (!(value >= range.min)) range.min = value;
        if (!(value <= range.max)) range.max = value;
      }
    }
    return range;
  });
}
