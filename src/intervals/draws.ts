import { mean } from "../statistics.ts";
import { type Interval, type IntervalStatus, noInterval, tailsOf } from "./interval.ts";
import { type Ascending, Ranked } from "./ranked.ts";

/** Median size of a standard normal number. */
const MEDIAN_SIZE = 0.6745;

/**
 * Standard deviation of normal noise, estimated from the median size of residuals, which single residuals do not move
 * (Hampel, 1974); NaN of none.
 *
 * @param sizes absolute residuals, ascending
 */
export function medianSpread(sizes: ArrayLike<number>): number {
  return (sizes[sizes.length >> 1] ?? Number.NaN) / MEDIAN_SIZE;
}

/** Where in sorted draws a quantile lies. */
export interface QuantileLevel {
  /** From 0 to 1. */
  level: number;
  /** Monte Carlo standard deviation of the level: the share of the draws that fall below the true quantile varies. */
  error: number;
}

/** A level that was fixed beforehand: the number of draws below its quantile is binomial. */
export function fixedLevel(level: number, draws: number): QuantileLevel {
  return { level, error: Math.sqrt((level * (1 - level)) / draws) };
}

/** True where one standard deviation up or down leaves the draws: there are too few of them for the level. */
function isBeyondDraws({ level, error }: QuantileLevel): boolean {
  return !(level - error >= 0 && level + error <= 1);
}

/**
 * Quantile of sorted values, linear between them: the first is at level 0, the last at level 1 (Hyndman & Fan, 1996,
 * type 7; the default of NumPy and R). NaN of no values.
 *
 * @param level from 0 to 1
 */
export function quantile(sorted: Ascending, level: number): number {
  if (sorted.length === 0 || !(level >= 0 && level <= 1)) return Number.NaN;
  const place = level * (sorted.length - 1);
  const index = Math.floor(place);
  const share = place - index;
  const low = sorted.at(index)!;
  if (share === 0) return low;
  const high = sorted.at(index + 1)!;
  // Equal values give themselves, infinite ones too; next to an infinite value the quantile is infinite.
  if (low === high || low === Number.NEGATIVE_INFINITY) return low;
  return low + share * (high - low);
}

/**
 * Monte Carlo standard error of a quantile, without an estimate of the density: half the distance between the
 * quantiles one standard deviation of the level above and below (after Woodruff, 1952). Infinite where that is beyond
 * the draws.
 */
export function quantileError(sorted: Ascending, at: QuantileLevel): number {
  if (isBeyondDraws(at)) return Number.POSITIVE_INFINITY;
  const above = quantile(sorted, at.level + at.error);
  const below = quantile(sorted, at.level - at.error);
  return above === below ? 0 : (above - below) / 2;
}

/** A statistic on every replicate. A replicate that has no value is NaN, and is counted. */
export class Draws {
  /** In the order of the replicates, NaN among them: what pairing needs. */
  readonly values: Float64Array;
  /** Those that are numbers, by rank. An infinite one counts as a draw: to drop it would narrow the interval. */
  readonly ranked: Ascending;
  #sorted: Float64Array | undefined;

  constructor(values: Float64Array) {
    this.values = values;
    const numbers = new Float64Array(values.length);
    let count = 0;
    for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) numbers[count++] = values[i]!;
    this.ranked = new Ranked(numbers.subarray(0, count));
  }

  /** How many are numbers. */
  get count(): number {
    return this.ranked.length;
  }

  /** How many are NaN. */
  get dropped(): number {
    return this.values.length - this.count;
  }

  /** Those that are numbers, ascending; a few of them are found faster by rank. */
  get sorted(): Float64Array {
    // Typed arrays sort by number, NaN last.
    this.#sorted ??= this.values.slice().sort().subarray(0, this.count);
    return this.#sorted;
  }
}

/** The draws of a statistic; the values themselves are left as they are. */
export function drawsOf(values: Float64Array): Draws {
  return new Draws(values);
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
  const { ranked, count, dropped } = draws;
  if (count < 2) return noInterval("no-draws", count, dropped);
  return {
    lower: quantile(ranked, low.level),
    upper: quantile(ranked, high.level),
    lowerError: quantileError(ranked, low),
    upperError: quantileError(ranked, high),
    draws: count,
    dropped,
    status: statusOf(ranked, low, high),
  };
}

/** The interval between the draws' quantiles that leaves out equal tails. */
export function centralInterval(draws: Draws, level: number): Interval {
  const { low, high } = tailsOf(level);
  return intervalBetween(draws, fixedLevel(low, draws.count), fixedLevel(high, draws.count));
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

function statusOf(ranked: Ascending, low: QuantileLevel, high: QuantileLevel): IntervalStatus {
  if (ranked.at(0) === ranked.at(-1)) return "no-spread";
  return isBeyondDraws(low) || isBeyondDraws(high) ? "few-draws" : "ok";
}
