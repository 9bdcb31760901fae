import { mean } from "../../methods/measured.ts";

/** Mean of a number of each item; NaN of nothing. */
export function meanOf<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return mean(Float64Array.from(items, value));
}

/** Largest of some numbers; NaN of nothing. */
export function largestOf(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((most, value) => Math.max(most, value));
}
