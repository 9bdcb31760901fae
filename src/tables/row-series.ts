import type { CheckpointTable } from "./checkpoint-table.ts";

/** Rows of a table by run, subject and phase. */
export interface RowSeries {
  /** Number of each row's series, from 0; one a row of the table, of no meaning where a row is not looked at. */
  of: Uint32Array;
  /** The first row of each series, in order of appearance. */
  first: readonly number[];
}

/** Numbers the series that rows belong to: texts are looked up once and not in every check. */
export function seriesOf({ run, subject, phase, rows: all }: CheckpointTable, rows: Uint32Array): RowSeries {
  const of = new Uint32Array(all);
  const first: number[] = [];
  const runs = new Map<string, Map<string, Map<string | null, number>>>();
  for (const row of rows) {
    let subjects = runs.get(run[row]!);
    if (subjects === undefined) {
      subjects = new Map();
      runs.set(run[row]!, subjects);
    }
    let phases = subjects.get(subject[row]!);
    if (phases === undefined) {
      phases = new Map();
      subjects.set(subject[row]!, phases);
    }
    let number = phases.get(phase[row]!);
    if (number === undefined) {
      number = first.push(row) - 1;
      phases.set(phase[row]!, number);
    }
    of[row] = number;
  }
  return { of, first };
}

/** The rows of each series, in the order of the table. */
export function rowsBySeries({ of, first }: RowSeries, rows: Uint32Array): Uint32Array[] {
  const counts = new Uint32Array(first.length);
  for (const row of rows) counts[of[row]!]!++;
  const found = Array.from(counts, (count) => new Uint32Array(count));
  const next = new Uint32Array(first.length);
  for (const row of rows) found[of[row]!]![next[of[row]!]!++] = row;
  return found;
}
