import { getOrInsert } from "../collections.ts";
import type { CheckpointTable } from "./checkpoint-table.ts";

/**
 * Names of the runs of a table in the order of their content: n, d and c at the last checkpoint of the main series, then
 * the shares of the training sources there, the family, and the rows one by one. Neither the order of the rows nor the
 * names decide, so sums, draws and starts that follow this order are the same for every way to write the same runs.
 * Runs of equal content are interchangeable; they keep the order of the table.
 */
export function runOrder(table: CheckpointTable): string[] {
  const rowsOf = new Map<string, number[]>();
  table.run.forEach((run, row) => {
    getOrInsert(rowsOf, run, () => []).push(row);
  });
  const compare = rowComparison(table);
  const runs = Array.from(rowsOf, ([run, rows]) => ({ run, rows, end: endOf(table, rows), isSorted: false }));
  type Run = (typeof runs)[number];
  const sorted = (run: Run): readonly number[] => {
    if (!run.isSorted) run.rows.sort(compare);
    run.isSorted = true;
    return run.rows;
  };
  const ends = [table.n, table.d, table.c, ...byName(table.mixes)];
  return runs
    .sort((a, b) => {
      const byEnd = compareBy(ends, a.end, b.end) || compareText(table.family[a.end]!, table.family[b.end]!);
      if (byEnd !== 0) return byEnd;
      const [rowsOfA, rowsOfB] = [sorted(a), sorted(b)];
      for (let i = 0; i < Math.min(rowsOfA.length, rowsOfB.length); i++) {
        const byRow = compare(rowsOfA[i]!, rowsOfB[i]!);
        if (byRow !== 0) return byRow;
      }
      return rowsOfA.length - rowsOfB.length;
    })
    .map(({ run }) => run);
}

/**
 * Whether the rows of one subject, the first by name, tell apart all runs whose ends are alike, so that rows of other subjects have no
 * say in the order of the runs.
 */
export function ordersRuns(table: CheckpointTable, subject: string): boolean {
  const rowsOf = new Map<string, number[]>();
  table.run.forEach((run, row) => {
    getOrInsert(rowsOf, run, () => []).push(row);
  });
  const compare = rowComparison(table);
  const ends = [table.n, table.d, table.c, ...byName(table.mixes)];
  const runs = runOrder(table).map((run) => {
    const rows = rowsOf.get(run)!;
    return { rows, end: endOf(table, rows) };
  });
  const ofSubject = (rows: readonly number[]) =>
    rows.filter((row) => table.subject[row] === subject).sort(compare);
  return runs.every((run, i) => {
    const before = runs[i - 1];
    if (before === undefined || compareBy(ends, run.end, before.end) !== 0) return true;
    if (table.family[run.end] !== table.family[before.end]) return true;
    const [a, b] = [ofSubject(run.rows), ofSubject(before.rows)];
    return a.some((row, place) => place < b.length && compare(row, b[place]!) !== 0);
  });
}

/** Orders rows of one run and subject as they were trained: by tokens, then by all else that they hold. */
export function rowComparison(table: CheckpointTable): (a: number, b: number) => number {
  const { subject, phase, d, step, n, c } = table;
  const inputs = byName(table.inputs ?? new Map());
  const numbers = [d, step, n, c, ...byName(table.mixes), ...inputs, ...byName(table.metrics)];
  return (a, b) =>
    compareText(subject[a]!, subject[b]!) || compareText(phase[a]!, phase[b]!) || compareBy(numbers, a, b);
}

/** The row of the largest d, those without a phase before all others. */
function endOf(table: CheckpointTable, rows: readonly number[]): number {
  const { phase } = table;
  return rows.reduce((end, row) => {
    const isMain = phase[row] === null;
    return isMain === (phase[end] === null) ? (isLater(table, row, end) ? row : end) : isMain ? row : end;
  });
}

/**
 * The latest row of each run, of the rows that count.
 *
 * @param runs in the order that the result has; those without such a row are left out
 */
export function lastRows(
  table: CheckpointTable,
  runs: Iterable<string>,
  counts: (row: number) => boolean = () => true,
): Map<string, number> {
  const last = new Map<string, number>();
  for (let row = 0; row < table.rows; row++) {
    if (!counts(row)) continue;
    const before = last.get(table.run[row]!);
    if (before === undefined || isLater(table, row, before)) last.set(table.run[row]!, row);
  }
  return new Map(
    Array.from(runs).flatMap((run): [string, number][] => {
      const row = last.get(run);
      return row === undefined ? [] : [[run, row]];
    }),
  );
}

/** Whether a row of a run is from later in training than another: more tokens or, with equal tokens, the larger n and c. */
export function isLater({ d, n, c }: CheckpointTable, row: number, than: number): boolean {
  return compareBy([d, n, c], row, than) > 0;
}

function byName(columns: ReadonlyMap<string, Float64Array>): Float64Array[] {
  return [...columns].sort(([a], [b]) => compareText(a, b)).map(([, values]) => values);
}

function compareBy(columns: readonly Float64Array[], a: number, b: number): number {
  for (const values of columns) {
    const order = compareNumbers(values[a]!, values[b]!);
    if (order !== 0) return order;
  }
  return 0;
}

/** Ascending, missing numbers last. */
function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/** By code units, the same on every machine; null first. */
export function compareText(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? -1 : 1;
  return a < b ? -1 : 1;
}
