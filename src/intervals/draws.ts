import { mean } from "../statistics.ts";
import { type Interval, type IntervalStatus, noInterval, tailsOf } from "./interval.ts";
import { fixedLevel, isBeyondDraws, type QuantileLevel, quantile, quantileError } from "./quantile.ts";

/** A statistic on every replicate. A replicate that has no value is NaN, and is counted. */
export interface Draws {
  /** In the order of the replicates, NaN among them: what pairing needs. */
  values: Float64Array;
  /** Those that are numbers, ascending. An infinite one counts as a draw: to drop it would narrow the interval. */
  sorted: Float64Array;
  /** How many are NaN. */
  dropped: number;
}

/** Sorts draws, once for all methods and levels; the values themselves are left as they are. */
export function drawsOf(values: Float64Array): Draws {
  const sorted = values.slice().sort(); // typed arrays sort by number, NaN last
  let count = sorted.length;
  while (count > 0 && Number.isNaN(sorted[count - 1])) count--;
  return { values, sorted: sorted.subarray(0, count), dropped: values.length - count };
}

/** How many of the sorted values are below a number, and how many the same. */
export function countBelow(sorted: Float64Array, x: number): { below: number; same: number } {
  const below = firstWhere(sorted, (value) => value >= x);
  return { below, same: firstWhere(sorted, (value) => value > x) - below };
}

/** First index of the sorted values at which the condition holds, which then holds to the end. */
function firstWhere(sorted: Float64Array, holds: (value: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Mean and standard deviation (over n - 1) of the draws; NaN of none, the deviation also of one. */
export function moments({ sorted }: Draws): { mean: number; sd: number } {
  const centre = mean(sorted);
  let squares = 0;
  for (const value of sorted) squares += (value - centre) ** 2;
  return { mean: centre, sd: sorted.length > 1 ? Math.sqrt(squares / (sorted.length - 1)) : Number.NaN };
}

/** The interval between two quantiles of the draws, with the Monte Carlo errors of its end points. */
export function intervalBetween(draws: Draws, low: QuantileLevel, high: QuantileLevel): Interval {
  const { sorted, dropped } = draws;
  if (sorted.length < 2) return noInterval("no-draws", sorted.length, dropped);
  return {
    lower: quantile(sorted, low.level),
    upper: quantile(sorted, high.level),
    lowerError: quantileError(sorted, low),
    upperError: quantileError(sorted, high),
    draws: sorted.length,
    dropped,
    status: statusOf(sorted, low, high),
  };
}

/** The interval between the draws' quantiles that leaves out equal tails. */
export function centralInterval(draws: Draws, level: number): Interval {
  const { low, high } = tailsOf(level);
  const count = draws.sorted.length;
  return intervalBetween(draws, fixedLevel(low, count), fixedLevel(high, count));
}

/** The interval centre - scale * interval: its upper end point becomes the lower one. */
export function reflect(interval: Interval, centre: number, scale: number): Interval {
  return {
    ...interval,
    lower: centre - scale * interval.upper,
    upper: centre - scale * interval.lower,
    lowerError: scale * interval.upperError,
    upperError: scale * interval.lowerError,
  };
}

function statusOf(sorted: Float64Array, low: QuantileLevel, high: QuantileLevel): IntervalStatus {
  if (sorted[0] === sorted.at(-1)) return "no-spread";
  return isBeyondDraws(low) || isBeyondDraws(high) ? "few-draws" : "ok";
}
