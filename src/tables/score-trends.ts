import { correlation, Matrix } from "ml-matrix";
import { getOrInsert, groupBy } from "../collections.ts";
import type { CheckpointTable } from "./checkpoint-table.ts";

/** Smallest number of points from which a trend is computed. */
const FEWEST = 5;
/** Rank correlation of checkpoints that counts as a trend: the checkpoints of one run are correlated anyway. */
const CLEAR = 0.9;

/** A score that falls as its runs get better. */
interface FallingScore {
  subject: string;
  /** The measure by which runs are better: a lower loss of the subject or, if it has none, more FLOPs. */
  against: "loss" | "FLOPs";
  /** Spearman's rank correlation of score and loss, or of score and FLOPs with the sign reversed. */
  correlation: number;
  points: number;
}

/**
 * Subjects whose score falls as runs get better, by the last measured checkpoint of each fit run. A trend is clear at a rank correlation of 0.5
 * or more that differs from 0 by two standard errors of 1/sqrt(points - 1). With fewer than 5 runs all checkpoints are used, and the
 * correlation must be 0.9. Rows with a phase are left out.
 *
 * @param score name of its metric
 * @param rows those of the score
 */
export function fallingScores(
  table: CheckpointTable,
  score: string,
  rows: Uint32Array,
  series: RowSeries,
): FallingScore[] {
  const values = table.metrics.get(score)!;
  const losses = table.metrics.get("loss");
  const measured = measuredRows(table, values, rows);
  const bySubject = (some: readonly number[]) => groupBy(some, (row) => table.subject[row]!);
  const ends = bySubject(lastRows(table, measured, series));
  const hasFew = [...ends.values()].some((last) => last.length < FEWEST);
  const all = hasFew ? bySubject([...measured]) : ends;
  return [...ends].flatMap(([subject, last]): FallingScore[] => {
    const isFew = last.length < FEWEST;
    const points = isFew ? all.get(subject)! : last;
    const withLoss = points.filter((row) => losses !== undefined && !Number.isNaN(losses[row]));
    const isByLoss = withLoss.length >= FEWEST;
    const those = isByLoss ? withLoss : points;
    if (those.length < FEWEST) return [];
    const rank = rankCorrelation(
      those.map((row) => (isByLoss ? losses![row]! : -table.c[row]!)),
      those.map((row) => values[row]!),
    );
    const needed = isFew ? CLEAR : Math.max(0.5, 2 / Math.sqrt(those.length - 1));
    if (!(rank >= needed)) return [];
    return [{ subject, against: isByLoss ? "loss" : "FLOPs", correlation: rank, points: those.length }];
  });
}

/** The rows to fit without a phase that have a value. */
function measuredRows(
  { role, phase }: CheckpointTable,
  values: Float64Array,
  rows: Uint32Array,
): Uint32Array {
  const measured = new Uint32Array(rows.length);
  let count = 0;
  for (const row of rows) {
    if (role[row] === "fit" && phase[row] === null && !Number.isNaN(values[row])) measured[count++] = row;
  }
  return measured.subarray(0, count);
}

/** The last row of each series, by tokens. */
function lastRows({ d }: CheckpointTable, rows: Uint32Array, { of, first }: RowSeries): number[] {
  const last = new Map<number, number>();
  const known = new Float64Array(first.length).fill(Number.NEGATIVE_INFINITY);
  for (const row of rows) {
    const number = of[row]!;
    if (!(d[row]! > known[number]!)) continue;
    known[number] = d[row]!;
    last.set(number, row);
  }
  return [...last.values()];
}

/** Spearman's correlation: Pearson's of the ranks. NaN if one of the two does not vary. */
function rankCorrelation(x: readonly number[], y: readonly number[]): number {
  const [a, b] = [x, y].map((values) => Matrix.columnVector(ranks(values)));
  return correlation(a!, b!).get(0, 0);
}

/** Ranks from 0; equal values have their mean rank. */
function ranks(values: readonly number[]): number[] {
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranked = new Array<number>(values.length);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && values[order[end]!] === values[order[first]!]) end++;
    for (let i = first; i < end; i++) ranked[order[i]!] = (first + end - 1) / 2;
    first = end;
  }
  return ranked;
}

/** Rows of a table by run, subject and phase. */
export interface RowSeries {
  /** Number of each row's series, from 0, with an entry for every row of the table; undefined for rows that are not inspected. */
  of: Uint32Array;
  /** The first row of each series, in order of appearance. */
  first: readonly number[];
}

/** Numbers the series that rows belong to, so that texts are compared once and not in every check. */
export function seriesOf({ run, subject, phase, rows: all }: CheckpointTable, rows: Uint32Array): RowSeries {
  const of = new Uint32Array(all);
  const first: number[] = [];
  const runs = new Map<string, Map<string, Map<string | null, number>>>();
  let last: { run: string; subjects: Map<string, Map<string | null, number>> } | undefined;
  for (const row of rows) {
    const name = run[row]!;
    // Rows of a run stand together as a rule.
    if (last?.run !== name) last = { run: name, subjects: getOrInsert(runs, name, () => new Map()) };
    const phases = getOrInsert(last.subjects, subject[row]!, () => new Map());
    of[row] = getOrInsert(phases, phase[row]!, () => first.push(row) - 1);
  }
  return { of, first };
}

/** The rows of each series, in the order of the table. */
export function rowsBySeries({ of, first }: RowSeries, rows: Uint32Array): Uint32Array[] {
  const counts = new Uint32Array(first.length);
  for (const row of rows) counts[of[row]!]!++;
  const bySeries = Array.from(counts, (count) => new Uint32Array(count));
  const next = new Uint32Array(first.length);
  for (const row of rows) bySeries[of[row]!]![next[of[row]!]!++] = row;
  return bySeries;
}
