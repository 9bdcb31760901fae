import type { Draws } from "./draws.ts";
import { type Interval, type IntervalStatus, noInterval } from "./interval.ts";
import { fixedLevel, isBeyondDraws, type QuantileLevel, quantile, quantileError } from "./quantile.ts";
import { tailsOf } from "./tails.ts";

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
