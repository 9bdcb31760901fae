import { type Interpolation, lowestOf, type SizeLosses } from "./interpolation.ts";

/**
 * The sizes within a distance of the one with the lowest loss, and where these are fewer than `fewest`, the nearest others too.
 *
 * @param x ln N, ascending
 * @param reach largest distance in ln N
 * @returns indices of the first, and of the one after the last
 */
export function windowOf(
  x: Float64Array,
  losses: Float64Array,
  reach: number,
  fewest = 0,
): [first: number, end: number] {
  const centre = x[lowestOf(losses)]!;
  let first = x.findIndex((one) => one >= centre - reach);
  let end = x.findLastIndex((one) => one <= centre + reach) + 1;
  while (end - first < fewest && end - first < x.length) {
    const [below, above] = [centre - (x[first - 1] ?? -Infinity), (x[end] ?? Infinity) - centre];
    if (below <= above) first--;
    else end++;
  }
  return [first, end];
}

/** Indices of the sizes that an interpolation looks at, as `windowOf` has them; all where it has no window. */
export function usedSizes(
  { windowed, leastSizes }: Interpolation,
  { x, losses }: SizeLosses,
  window: number,
): [first: number, end: number] {
  return windowed && x.length > 0 ? windowOf(x, losses, Math.log(window), leastSizes) : [0, x.length];
}
