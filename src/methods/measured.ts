import { type CheckpointTable, checkpointKey } from "../tables/checkpoint-table.ts";
import { perIndex } from "./per-index.ts";
import { noteUse, type RunIndex } from "./runs.ts";
import type { Series } from "./series.ts";

/** A metric of one subject, or its mean over several. */
export interface Quantity {
  metric: string;
  /** At least one. */
  subjects: readonly string[];
}

/** The checkpoints of one run at which a quantity was measured, in the order of training. */
export interface Measured {
  /** Rows of the quantity's first subject; they tell size and place. */
  rows: Uint32Array;
  /** One a row. */
  values: Float64Array;
}

/**
 * A quantity over the rows of one run: of several subjects, the mean at the checkpoints that all of them have. The rows are noted as
 * used.
 *
 * @param rowsOf rows of the run for a subject, in the order of training
 */
export function measure(
  index: RunIndex,
  { metric, subjects }: Quantity,
  rowsOf: (subject: string) => Uint32Array,
): Measured {
  const { table } = index;
  const metricValues = table.metrics.get(metric);
  if (metricValues === undefined) return { rows: new Uint32Array(0), values: new Float64Array(0) };
  const [first, ...others] = subjects.map((subject) => {
    const rows = rowsOf(subject);
    noteUse(index, metric, rows);
    return rows.filter((row) => !Number.isNaN(metricValues[row]));
  });
  const own = first ?? new Uint32Array(0);
  const rowAt = others.map((rows) => new Map(Array.from(rows, (row) => [checkpointKey(table, row), row])));
  const rows = own.filter((row) => rowAt.every((at) => at.has(checkpointKey(table, row))));
  const values = Float64Array.from(rows, (row) => {
    const key = checkpointKey(table, row);
    return rowAt.reduce((sum, at) => sum + metricValues[at.get(key)!]!, metricValues[row]!) / subjects.length;
  });
  return { rows, values };
}

/** A quantity over the selected fit runs, by run; runs without it are left out. */
export const measureFitRuns = perIndex(
  ({ quantity, runs }: { quantity: Quantity; runs: string }) => JSON.stringify([keyOf(quantity), runs]),
  (index, { quantity, runs }) => {
    const selected = index.selected(runs);
    const bySubject = new Map(
      quantity.subjects.map((subject) => {
        return [subject, new Map(index.fitRuns(subject).map(({ run, rows }) => [run, rows]))];
      }),
    );
    const found = new Map<string, Measured>();
    for (const { run } of index.fitRuns(quantity.subjects[0]!)) {
      if (!selected.has(run)) continue;
      const rowsOf = (subject: string) => bySubject.get(subject)?.get(run) ?? NO_ROWS;
      const measured = measure(index, quantity, rowsOf);
      if (measured.rows.length > 0) found.set(run, measured);
    }
    return found;
  },
);

const NO_ROWS = new Uint32Array(0);

/** Points (x, y) of one run at the checkpoints that both have, in the order of training. */
export function pair(table: CheckpointTable, x: Measured, y: Measured): Series {
  const xAt = new Map(Array.from(x.rows, (row, i) => [checkpointKey(table, row), x.values[i]!]));
  const points = Array.from(y.rows, (row, i) => ({ x: xAt.get(checkpointKey(table, row)), y: y.values[i]! }));
  const both = points.flatMap(({ x, y }) => (x === undefined ? [] : [{ x, y }]));
  return { x: Float64Array.from(both, ({ x }) => x), y: Float64Array.from(both, ({ y }) => y) };
}

/** Points (x, y) of the selected fit runs, by run. */
export const pairFitRuns = perIndex(
  ({ x, y, runs }: { x: Quantity; y: Quantity; runs: string }) => JSON.stringify([keyOf(x), keyOf(y), runs]),
  (index, { x, y, runs }) => {
    const xs = measureFitRuns(index, { quantity: x, runs });
    const ys = measureFitRuns(index, { quantity: y, runs });
    const paired = new Map<string, Series>();
    for (const [run, measured] of ys) {
      const other = xs.get(run);
      if (other !== undefined) paired.set(run, pair(index.table, other, measured));
    }
    return paired;
  },
);

/** Points (x, y) of a target's early checkpoints, its rows with a phase. */
export const pairEarly = perIndex(
  ({ x, y, target }: { x: Quantity; y: Quantity; target: string }) =>
    JSON.stringify([keyOf(x), keyOf(y), target]),
  (index, { x, y, target }) => {
    const early = (quantity: Quantity) =>
      measure(index, quantity, (subject) => index.phaseRows(subject, target));
    return pair(index.table, early(x), early(y));
  },
);

/** A quantity over the rows of a target that have no phase. */
export const measureTarget = perIndex(
  ({ quantity, target }: { quantity: Quantity; target: string }) => JSON.stringify([keyOf(quantity), target]),
  (index, { quantity, target }) => {
    return measure(index, quantity, (subject) => index.targetRows(subject, target));
  },
);

/** Tells quantities apart. */
export function keyOf({ metric, subjects }: Quantity): unknown {
  return [metric, ...subjects];
}

/** A quantity in words, for reasons: `loss of hellaswag`, `mean loss of c4, pile`. */
export function describeQuantity({ metric, subjects }: Quantity): string {
  return `${subjects.length > 1 ? "mean " : ""}${metric} of ${subjects.join(", ")}`;
}
