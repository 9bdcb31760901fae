import { mean } from "../statistics.ts";
import type { Measured } from "./measured.ts";

/** The last `window` checkpoints, or as many as there are. */
export function finalPart({ rows, values }: Measured, window: number): Measured {
  return { rows: rows.slice(-window), values: values.slice(-window) };
}

/** The final value of a run: mean of its last `window` measured checkpoints; NaN where there is none. */
export function finalMean(measured: Measured, window: number): number {
  return mean(finalPart(measured, window).values);
}
