import { getOrInsert } from "../collections.ts";
import { type CheckpointTable, checkpointKey } from "../tables/checkpoint-table.ts";
import { keyOf, type Measured, measure, measureFitRuns, type Quantity } from "./measured.ts";
import { perIndex, type RunIndex } from "./runs.ts";

/** Checkpoints of one run as points (x, y), in the order of training. Both arrays have one length. */
export interface Series {
  x: Float64Array;
  y: Float64Array;
}

/** A treatment of a run's checkpoints before they are fitted. */
type Filter = (series: Series) => Series;

/** Drops the first `ceil(share * length)` points, but never the last: a run's final checkpoint is not an early one. */
export function dropEarly(share: number): Filter {
  return ({ x, y }) => {
    const first = Math.min(Math.ceil(share * x.length), Math.max(0, x.length - 1));
    return { x: x.subarray(first), y: y.subarray(first) };
  };
}

/** Replaces x and y by their trailing means over `width` points; the first points average as many as there are. */
export function smooth(width: number): Filter {
  return ({ x, y }) => ({ x: trailingMean(x, width), y: trailingMean(y, width) });
}

/** Mean of each value and the `width - 1` before it, or as many as there are. */
function trailingMean(values: Float64Array, width: number): Float64Array {
  const means = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const first = Math.max(0, i + 1 - width);
    // Summed anew for each window: a running sum would carry rounding along the run.
    let sum = 0;
    for (let j = first; j <= i; j++) sum += values[j]!;
    means[i] = sum / (i + 1 - first);
  }
  return means;
}

/** Points (x, y) of one run at the checkpoints that both have, in the order of training. */
export function pair(table: CheckpointTable, x: Measured, y: Measured): Series {
  const xAt = new Map<number, number>();
  for (let i = 0; i < x.rows.length; i++) xAt.set(checkpointKey(table, x.rows[i]!), x.values[i]!);
  const both = { x: new Float64Array(y.rows.length), y: new Float64Array(y.rows.length) };
  let length = 0;
  for (let i = 0; i < y.rows.length; i++) {
    const value = xAt.get(checkpointKey(table, y.rows[i]!));
    if (value === undefined) continue;
    both.x[length] = value;
    both.y[length++] = y.values[i]!;
  }
  return { x: both.x.subarray(0, length), y: both.y.subarray(0, length) };
}

/** The points of a run, by the measured values that they are pairs of: selections of runs share both. */
const paired = new WeakMap<Measured, WeakMap<Measured, Series>>();

/** Points (x, y) of the selected fit runs, by run. */
export const pairFitRuns = perIndex(
  ({ x, y, runs }: { x: Quantity; y: Quantity; runs: string }) => JSON.stringify([keyOf(x), keyOf(y), runs]),
  (index, { x, y, runs }) => {
    const xs = measureFitRuns(index, { quantity: x, runs });
    const byRun = new Map<string, Series>();
    for (const [run, ofY] of measureFitRuns(index, { quantity: y, runs })) {
      const ofX = xs.get(run);
      if (ofX === undefined) continue;
      const withY = getOrInsert(paired, ofX, () => new WeakMap());
      byRun.set(
        run,
        getOrInsert(withY, ofY, () => pair(index.table, ofX, ofY)),
      );
    }
    return byRun;
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

/** Several quantities of one run at the checkpoints that all of them have, in the order of training. */
export interface Joined {
  /** For each quantity, one value for each checkpoint. */
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
      const ofRun = measured.map((byRun) => byRun.get(run));
      if (ofRun.every((quantity) => quantity !== undefined)) joined.set(run, join(index.table, ofRun));
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
function join(table: CheckpointTable, measured: readonly Measured[]): Joined {
  const valueAt = measured.map(
    ({ rows, values }) => new Map(Array.from(rows, (row, i) => [checkpointKey(table, row), values[i]!])),
  );
  // A target's checkpoint may occur twice: in its main series, which counts, and with a phase.
  const keys = new Set(Array.from(measured[0]!.rows, (row) => checkpointKey(table, row)));
  const shared = [...keys].filter((key) => valueAt.every((at) => at.has(key)));
  return { values: valueAt.map((at) => Float64Array.from(shared, (key) => at.get(key)!)) };
}
