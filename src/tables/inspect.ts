import { getOrInsert } from "../collections.ts";
import type { CheckpointTable } from "./checkpoint-table.ts";
import { findingsOf, type Inspected } from "./findings.ts";
import type { Finding, InputRange, Inspection, MetricSummary, RunSummary } from "./inspection.ts";
import { seriesOf } from "./score-trends.ts";

/** What a checkpoint table holds (runs, metrics of each subject, ranges) and what looks wrong in it. */
export function inspectTable(table: CheckpointTable): Inspection {
  const rows = Uint32Array.from({ length: table.rows }, (_, row) => row);
  const rowsOf = new Map(Array.from(table.metrics.keys(), (metric) => [metric, rows]));
  const runs = summariseRuns(table, rows);
  const metrics = summariseMetrics(table, rowsOf);
  return {
    source: table.source,
    rows: table.rows,
    runs,
    metrics,
    ranges: summariseInputs(table),
    findings: findingsOf({
      table,
      rows,
      rowsOf,
      series: seriesOf(table, rows),
      mixes: table.mixes,
      runs,
      metrics,
    }),
  };
}

/**
 * Findings about the rows that are used. The table is not copied, because it may have millions of rows.
 *
 * @param used by metric, 1 for each row of the table that is used
 * @param takesMixtures whether the mixtures are checked
 */
export function findingsInUse(
  table: CheckpointTable,
  used: ReadonlyMap<string, Uint8Array>,
  { takesMixtures }: { takesMixtures: boolean },
): Finding[] {
  const any = new Uint8Array(table.rows);
  for (const marks of used.values()) {
    for (let row = 0; row < any.length; row++) any[row]! |= marks[row]!;
  }
  const rows = markedRows(any);
  const rowsOf = new Map(Array.from(used, ([metric, marks]) => [metric, markedRows(marks)]));
  const inspected: Inspected = {
    table,
    rows,
    rowsOf,
    series: seriesOf(table, rows),
    mixes: takesMixtures ? table.mixes : new Map(),
    runs: summariseRuns(table, rows),
    metrics: summariseMetrics(table, rowsOf),
  };
  return findingsOf(inspected, { ofSweep: true });
}

/** The places of values other than 0, ascending. */
function markedRows(marks: Uint8Array): Uint32Array {
  const rows = new Uint32Array(marks.reduce((count, mark) => count + mark, 0));
  let next = 0;
  for (let row = 0; row < marks.length; row++) if (marks[row] === 1) rows[next++] = row;
  return rows;
}

/** Runs in order of appearance. */
function summariseRuns(table: CheckpointTable, rows: Uint32Array): RunSummary[] {
  const runs = new Map<string, { summary: RunSummary; main: Set<number>; apart: Set<number> }>();
  for (const row of rows) {
    const run = table.run[row] as string;
    const d = table.d[row] as number;
    const { summary, main, apart } = getOrInsert(runs, run, () => ({
      summary: {
        run,
        role: table.role[row] as RunSummary["role"],
        family: table.family[row] ?? null,
        n: table.n[row] as number,
        firstD: d,
        lastD: d,
        checkpoints: 0,
        phaseCheckpoints: 0,
      },
      main: new Set<number>(),
      apart: new Set<number>(),
    }));
    summary.firstD = Math.min(summary.firstD, d);
    summary.lastD = Math.max(summary.lastD, d);
    (table.phase[row] == null ? main : apart).add(d);
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
function summariseMetrics(table: CheckpointTable, rowsOf: ReadonlyMap<string, Uint32Array>): MetricSummary[] {
  const tallies = new Map<string, Map<string, Tally>>();
  for (const [metric, rows] of rowsOf) {
    const values = table.metrics.get(metric)!;
    for (const row of rows) {
      const subject = table.subject[row] as string;
      const bySubject = getOrInsert(tallies, subject, () => new Map());
      const tally = getOrInsert(bySubject, metric, () => emptyTally(subject, metric));
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
