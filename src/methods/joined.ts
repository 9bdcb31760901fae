import { type CheckpointTable, checkpointKey } from "../tables/checkpoint-table.ts";
import { keyOf, measure, measureFitRuns, type Quantity } from "./measured.ts";
import { perIndex } from "./per-index.ts";
import type { RunIndex } from "./runs.ts";

/** Several quantities of one run at the checkpoints that all of them have, in the order of training. */
export interface Joined {
  /** Of each quantity, one value a checkpoint. */
  values: readonly Float64Array[];
}

/** Quantities over the selected fit runs, by run; runs that lack one of them have no checkpoint. */
export const joinFitRuns = perIndex(
  ({ quantities, runs }: { quantities: readonly Quantity[]; runs: string }) =>
    JSON.stringify([quantities.map(keyOf), runs]),
  (index, { quantities, runs }) => {
    const measured = quantities.map((quantity) => measureFitRuns(index, { quantity, runs }));
    const joined = new Map<string, Joined>();
    for (const run of measured[0]!.keys()) {
      const own = measured.map((one) => one.get(run));
      if (own.every((one) => one !== undefined)) joined.set(run, join(index.table, own));
    }
    return joined;
  },
);

/** Quantities over all checkpoints of a target, its rows with a phase included. */
export const joinTarget = perIndex(
  ({ quantities, target }: { quantities: readonly Quantity[]; target: string }) =>
    JSON.stringify([quantities.map(keyOf), target]),
  (index, { quantities, target }) => {
    const rowsOf = (subject: string) => allRows(index, subject, target);
    return join(
      index.table,
      quantities.map((quantity) => measure(index, quantity, rowsOf)),
    );
  },
);

function allRows(index: RunIndex, subject: string, target: string): Uint32Array {
  const rows = [...index.phaseRows(subject, target), ...index.targetRows(subject, target)];
  return Uint32Array.from(rows.sort((a, b) => index.table.d[a]! - index.table.d[b]!));
}

/** @param measured at least one */
function join(
  table: CheckpointTable,
  measured: readonly { rows: Uint32Array; values: Float64Array }[],
): Joined {
  const valueAt = measured.map(
    ({ rows, values }) => new Map(Array.from(rows, (row, i) => [checkpointKey(table, row), values[i]!])),
  );
  // A target's checkpoint may stand there twice, in its main series, which counts, and with a phase.
  const keys = new Set(Array.from(measured[0]!.rows, (row) => checkpointKey(table, row)));
  const shared = [...keys].filter((key) => valueAt.every((at) => at.has(key)));
  return { values: valueAt.map((at) => Float64Array.from(shared, (key) => at.get(key)!)) };
}
