import { mean } from "../series.ts";

/** Rows among those given that have a value of the metric. */
export function measuredRows(rows: Uint32Array, ...metrics: readonly Float64Array[]): Uint32Array {
  return rows.filter((row) => metrics.every((values) => !Number.isNaN(values[row])));
}

/** The last `window` rows that have a value, or as many as there are. */
export function finalRows(rows: Uint32Array, values: Float64Array, window: number): Uint32Array {
  return measuredRows(rows, values).slice(-window);
}

/** The final value of a run: mean of its last `window` measured checkpoints; NaN where there is none. */
export function finalMean(rows: Uint32Array, values: Float64Array, window: number): number {
  return mean(Float64Array.from(finalRows(rows, values, window), (row) => values[row]!));
}
