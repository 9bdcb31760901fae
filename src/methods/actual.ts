import { finalMean } from "./final-mean.ts";
import { measureTarget, type Quantity } from "./measured.ts";
import type { RunIndex } from "./runs.ts";

/** Final value of a target that the table has measured; NaN where it has not. */
export function actualMean(index: RunIndex, quantity: Quantity, target: string, window: number): number {
  return finalMean(measureTarget(index, { quantity, target }), window);
}
