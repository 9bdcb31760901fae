import type { Residual } from "../solve/problem.ts";
import { type CheckpointTable, checkpointKey, locate } from "../tables/checkpoint-table.ts";
import { NO_ROWS, noteUse, perIndex, type RunIndex } from "./runs.ts";

/** A metric of one subject, or its mean over several. */
export interface Quantity {
  metric: string;
  /** At least one. */
  subjects: readonly string[];
}

/** The checkpoints of one run at which a quantity was measured, in the order of training. */
export interface Measured {
  /** Rows of the quantity's first subject, from which the size of the run and its place in the table are read. */
  rows: Uint32Array;
  /** One for each row. */
  values: Float64Array;
}

/** The rows of a run for a subject, in the order of training. */
type RowsOf = (subject: string) => Uint32Array;

/**
 * A quantity over the rows of one run. Of several subjects it is the mean at the checkpoints that all of them have. The rows are
 * noted as used.
 */
export function measure(index: RunIndex, quantity: Quantity, rowsOf: RowsOf): Measured {
  noteRows(index, quantity, rowsOf);
  return readRows(index.table, quantity, rowsOf);
}

function noteRows(index: RunIndex, { metric, subjects }: Quantity, rowsOf: RowsOf): void {
  if (!index.table.metrics.has(metric)) return;
  for (const subject of subjects) noteUse(index, metric, rowsOf(subject));
}

function readRows(table: CheckpointTable, { metric, subjects }: Quantity, rowsOf: RowsOf): Measured {
  const metricValues = table.metrics.get(metric);
  if (metricValues === undefined) return { rows: NO_ROWS, values: new Float64Array(0) };
  const [first = NO_ROWS, ...others] = subjects.map((subject) =>
    rowsOf(subject).filter((row) => !Number.isNaN(metricValues[row])),
  );
  if (others.length === 0)
    return { rows: first, values: Float64Array.from(first, (row) => metricValues[row]!) };
  const rowAt = others.map((rows) => new Map(Array.from(rows, (row) => [checkpointKey(table, row), row])));
  const rows = first.filter((row) => rowAt.every((at) => at.has(checkpointKey(table, row))));
  const values = Float64Array.from(rows, (row) => {
    const key = checkpointKey(table, row);
    return rowAt.reduce((sum, at) => sum + metricValues[at.get(key)!]!, metricValues[row]!) / subjects.length;
  });
  return { rows, values };
}

/** What every fit run has of a quantity, with its rows; selections of runs share it. */
const readFitRuns = perIndex(
  (quantity: Quantity) => JSON.stringify(keyOf(quantity)),
  (index, quantity) => {
    const bySubject = new Map(
      quantity.subjects.map((subject) => {
        return [subject, new Map(index.fitRuns(subject).map(({ run, rows }) => [run, rows]))];
      }),
    );
    return index.fitRuns(quantity.subjects[0]!).map(({ run }) => {
      const rowsOf: RowsOf = (subject) => bySubject.get(subject)?.get(run) ?? NO_ROWS;
      return { run, rowsOf, measured: readRows(index.table, quantity, rowsOf) };
    });
  },
);

/** A quantity over the selected fit runs, by run; runs without it are left out. The rows of the selected runs are noted as used. */
export const measureFitRuns = perIndex(
  ({ quantity, runs }: { quantity: Quantity; runs: string }) => JSON.stringify([keyOf(quantity), runs]),
  (index, { quantity, runs }) => {
    const selected = index.selected(runs);
    const byRun = new Map<string, Measured>();
    for (const { run, rowsOf, measured } of readFitRuns(index, quantity)) {
      if (!selected.has(run)) continue;
      noteRows(index, quantity, rowsOf);
      if (measured.rows.length > 0) byRun.set(run, measured);
    }
    return byRun;
  },
);

/** A quantity over the rows of a target that have no phase. */
export const measureTarget = perIndex(
  ({ quantity, target }: { quantity: Quantity; target: string }) => JSON.stringify([keyOf(quantity), target]),
  (index, { quantity, target }) => {
    return measure(index, quantity, (subject) => index.targetRows(subject, target));
  },
);

/** A key that identifies a quantity. */
export function keyOf({ metric, subjects }: Quantity): unknown {
  return [metric, ...subjects];
}

/** A quantity in words, for reasons: `loss of hellaswag`, `mean loss of c4, pile`. */
export function describeQuantity({ metric, subjects }: Quantity): string {
  return `${subjects.length > 1 ? "mean " : ""}${metric} of ${subjects.join(", ")}`;
}

/** Why a law cannot be fitted with residuals that need values above 0: the first value that is not; undefined where all are. */
export function whyNotPositive(
  table: CheckpointTable,
  metric: string,
  { rows, values }: Measured,
  residual: Residual,
): string | undefined {
  const bad = values.findIndex((value) => !(value > 0 && value < Infinity));
  if (bad < 0) return undefined;
  return (
    `${locate(table, rows[bad]!)}, column ${JSON.stringify(metric)}: ${values[bad]}; ` +
    `allowed: a number > 0 (${residual === "log" ? "step 1 takes its logarithm" : "residuals of step 1 are relative to it"})`
  );
}
