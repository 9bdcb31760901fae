/** Sum of numbers, from the first to the last; 0 of none. */
export function sum(values: Iterable<number>): number {
  let total = 0;
  if (Array.isArray(values) || ArrayBuffer.isView(values)) {
    // An iterator takes several times as long.
    const numbers = values as ArrayLike<number>;
    for (let i = 0; i < numbers.length; i++) total += numbers[i]!;
  } else for (const value of values) total += value;
  return total;
}

/** Arithmetic mean; NaN of no values. */
export function mean(values: Iterable<number> & { length: number }): number {
  return sum(values) / values.length;
}

/** Mean of a number of each item; NaN of no items. */
export function meanOf<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return mean(items.map(value));
}

/** Mean square of what numbers are off their mean; NaN of no numbers. */
export function variance(values: Iterable<number> & { length: number }): number {
  const centre = mean(values);
  let total = 0;
  for (const value of values) total += (value - centre) ** 2;
  return total / values.length;
}

/** The middle value, or the mean of the two in the middle; NaN of no values. */
export function median(values: Iterable<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}

/** The least and the largest value; Infinity and -Infinity of none. */
export function extremes(values: Float64Array): [least: number, most: number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]!);
    most = Math.max(most, values[i]!);
  }
  return [least, most];
}
