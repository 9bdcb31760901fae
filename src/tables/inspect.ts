import { getOrInsert } from "../collections.ts";
import type { CheckpointTable } from "./checkpoint-table.ts";
import { findingsOf, type Inspected } from "./findings.ts";
import type { Finding, InputRange, Inspection, MetricSummary, RunSummary } from "./inspection.ts";
import { type RowSeries, seriesOf } from "./score-trends.ts";
import { markedRows } from "./table.ts";

/** What a checkpoint table holds (runs, metrics of each subject, ranges) and what looks wrong in it. */
export function inspectTable(table: CheckpointTable): Inspection {
  const rows = new Uint32Array(table.rows);
  for (let row = 0; row < rows.length; row++) rows[row] = row;
  const series = seriesOf(table, rows);
  const rowsOf = new Map(Array.from(table.metrics.keys(), (metric) => [metric, rows]));
  const runs = summariseRuns(table, rows);
  const metrics = summariseMetrics(table, rowsOf, series);
  return {
    source: table.source,
    rows: table.rows,
    runs,
    metrics,
    ranges: summariseInputs(table),
    findings: definedOf(findingsOf({ table, rows, rowsOf, series, mixes: table.mixes, runs, metrics })),
  };
}

/**
 * Checks of runs and their checkpoints, which rows of a table of any columns need not be; and of counts, as its inputs and its cost may
 * be in any unit.
 */
const OF_CHECKPOINTS: ReadonlySet<string> = new Set([
  "single-size",
  "role-or-size-varies",
  "tokens-not-increasing",
  "no-final-value",
  "not-on-all-runs",
  "sizes-are-no-counts",
  "flops-far-from-6nd",
]);

/** Those of some steps that found something. */
export const definedOf = (steps: Iterable<Finding | undefined>): Finding[] =>
  [...steps].filter((found) => found !== undefined);

/**
 * Findings about the rows that are used, none or one a step, so that other work may be done between two. The table is not copied, because it
 * may have millions of rows; which rows are used is read before the first step.
 *
 * @param used by metric, 1 for each row of the table that is used
 * @param takesMixtures whether the mixtures are checked
 */
export function findingsInUse(
  table: CheckpointTable,
  used: ReadonlyMap<string, Uint8Array>,
  { takesMixtures }: { takesMixtures: boolean },
): Iterable<Finding | undefined> {
  const any = new Uint8Array(table.rows);
  for (const marks of used.values()) {
    for (let row = 0; row < any.length; row++) any[row]! |= marks[row]!;
  }
  const rows = markedRows(any);
  const rowsOf = new Map(Array.from(used, ([metric, marks]) => [metric, markedRows(marks)]));
  return steps();

  function* steps(): Iterable<Finding | undefined> {
    const series = seriesOf(table, rows);
    yield undefined;
    const runs = summariseRuns(table, rows);
    yield undefined;
    const metrics = summariseMetrics(table, rowsOf, series);
    yield undefined;
    const mixes = takesMixtures ? table.mixes : new Map();
    const inspected: Inspected = { table, rows, rowsOf, series, mixes, runs, metrics };
    for (const found of findingsOf(inspected, { ofSweep: true })) {
      yield found && table.free !== undefined && OF_CHECKPOINTS.has(found.check) ? undefined : found;
    }
  }
}

/** Runs in order of appearance. */
function summariseRuns(table: CheckpointTable, rows: Uint32Array): RunSummary[] {
  const runs = new Map<string, { summary: RunSummary; main: Set<number>; apart: Set<number> }>();
  let last: { summary: RunSummary; main: Set<number>; apart: Set<number> } | undefined;
  for (const row of rows) {
    const run = table.run[row] as string;
    const d = table.d[row] as number;
    // Rows of a run stand together as a rule.
    if (last?.summary.run !== run) {
      last = getOrInsert(runs, run, () => ({
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
    }
    const { summary, main, apart } = last;
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
function summariseMetrics(
  table: CheckpointTable,
  rowsOf: ReadonlyMap<string, Uint32Array>,
  series: RowSeries,
): MetricSummary[] {
  const tallies = new Map<string, Map<string, Tally>>();
  for (const [metric, rows] of rowsOf) {
    for (const { first, ...part } of summariseSeries(table, metric, rows, series)) {
      const subject = table.subject[first]!;
      const bySubject = getOrInsert(tallies, subject, () => new Map());
      const tally = getOrInsert(bySubject, metric, () => emptyTally(subject, metric));
      tally.count += part.count;
      tally.missing += part.missing;
      tally.min = Math.min(tally.min, part.min);
      tally.max = Math.max(tally.max, part.max);
      if (part.isFit) tally.fit.add(table.run[first]!);
      if (part.isTarget) tally.target.add(table.run[first]!);
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

/** A metric in one series. */
interface SeriesSummary extends Pick<MetricSummary, "count" | "missing" | "min" | "max"> {
  /** First row of the series. */
  first: number;
  /** Whether it has a value in a row to fit, and in one of a target. */
  isFit: boolean;
  isTarget: boolean;
}

/** A metric in each series that has some of the rows, in order of appearance. */
function* summariseSeries(
  { metrics, role }: CheckpointTable,
  metric: string,
  rows: Uint32Array,
  { of, first }: RowSeries,
): Iterable<SeriesSummary> {
  const values = metrics.get(metric)!;
  const count = new Uint32Array(first.length);
  const missing = new Uint32Array(first.length);
  const min = new Float64Array(first.length).fill(Number.POSITIVE_INFINITY);
  const max = new Float64Array(first.length).fill(Number.NEGATIVE_INFINITY);
  const isFit = new Uint8Array(first.length);
  const isTarget = new Uint8Array(first.length);
  const order: number[] = [];
  for (const row of rows) {
    const i = of[row]!;
    if (count[i] === 0 && missing[i] === 0) order.push(i);
    const value = values[row]!;
    if (Number.isNaN(value)) {
      missing[i]!++;
      continue;
    }
    count[i]!++;
    min[i] = Math.min(min[i]!, value);
    max[i] = Math.max(max[i]!, value);
    (role[row] === "fit" ? isFit : isTarget)[i] = 1;
  }
  for (const i of order) {
    yield {
      first: first[i]!,
      count: count[i]!,
      missing: missing[i]!,
      min: min[i]!,
      max: max[i]!,
      isFit: isFit[i] === 1,
      isTarget: isTarget[i] === 1,
    };
  }
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
