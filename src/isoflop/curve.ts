import type { Budget } from "./budgets.ts";
import { type Interpolation, lowestOf, type SizeLosses } from "./interpolation.ts";

/** The losses of a budget by model size: one point a size, the mean of its runs. */
export interface IsoflopCurve {
  /** Parameters of each size, ascending, and their logarithms. */
  n: readonly number[];
  x: Float64Array;
  /** Mean loss of each size, with noise on the runs where it is given. */
  losses(noiseOf?: (run: number) => number): Float64Array;
  /** ln D at a ln N; infinite beyond the sizes. */
  logTokens(x: number): number;
}

/** Makes the curve of a budget. */
export function curveOf({ c, runs, spendsAll }: Budget): IsoflopCurve {
  const sizes = [...new Set(runs.map(({ n }) => n))];
  const x = Float64Array.from(sizes, Math.log);
  const sizeOf = runs.map(({ n }) => sizes.indexOf(n));
  const counts = new Float64Array(sizes.length);
  for (const size of sizeOf) counts[size]! += 1;
  const meanBySize = (value: (run: number) => number): Float64Array => {
    const sums = new Float64Array(sizes.length);
    for (let run = 0; run < runs.length; run++) sums[sizeOf[run]!]! += value(run);
    return sums.map((sum, size) => sum / counts[size]!);
  };
  const logD = meanBySize((run) => Math.log(runs[run]!.d));
  return {
    n: sizes,
    x,
    losses: (noiseOf) =>
      meanBySize((run) => runs[run]!.loss * (noiseOf === undefined ? 1 : 1 + noiseOf(run))),
    logTokens(at) {
      if (!Number.isFinite(at)) return -at;
      return spendsAll ? Math.log(c / 6) - at : linear(x, logD, at);
    },
  };
}

/** Value at a place within ascending x, on the straight lines between points. */
function linear(x: Float64Array, y: Float64Array, at: number): number {
  const next = Math.max(
    1,
    x.findIndex((value) => value >= at),
  );
  const share = (at - x[next - 1]!) / (x[next]! - x[next - 1]!);
  return y[next - 1]! + share * (y[next]! - y[next - 1]!);
}

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
  let first = x.findIndex((value) => value >= centre - reach);
  let end = x.findLastIndex((value) => value <= centre + reach) + 1;
  while (end - first < fewest && end - first < x.length) {
    const [below, above] = [centre - (x[first - 1] ?? -Infinity), (x[end] ?? Infinity) - centre];
    if (below <= above) first--;
    else end++;
  }
  return [first, end];
}

/** Indices of the sizes that an interpolation uses, as `windowOf` returns them; all sizes for an interpolation without a window. */
export function usedSizes(
  { windowed, leastSizes }: Interpolation,
  { x, losses }: SizeLosses,
  window: number,
): [first: number, end: number] {
  return windowed && x.length > 0 ? windowOf(x, losses, Math.log(window), leastSizes) : [0, x.length];
}
