import { acceleration } from "../acceleration.ts";
import { normalDensity, normalProbability, normalQuantile } from "../distributions/normal.ts";
import { centralInterval, intervalBetween } from "../draw-interval.ts";
import { countBelow, type Draws } from "../draws.ts";
import { noInterval } from "../interval.ts";
import { defineIntervalMethod } from "../method.ts";
import type { QuantileLevel } from "../quantile.ts";
import { tailsOf } from "../tails.ts";

export const bca = defineIntervalMethod({
  name: "bca",
  description:
    "quantiles of the draws at levels corrected for their bias and for a standard error that changes with the value",
  source: "Efron (1987)",
  needs: ["estimate", "draws", "jackknife"],
  compute({ estimate, draws, jackknife }, level) {
    const plain = centralInterval(draws, level);
    if (plain.status === "no-draws" || plain.status === "no-spread") return plain;
    const below = shareBelow(draws, estimate);
    if (below === 0 || below === 1) return noInterval("infinite-bias", plain.draws, plain.dropped);
    const skewness = acceleration(jackknife);
    if (skewness === undefined) return noInterval("no-acceleration", plain.draws, plain.dropped);
    const { low, high } = tailsOf(level);
    const [lower, upper] = [low, high].map((tail) => correctedLevel(tail, below, skewness, plain.draws));
    if (lower === undefined || upper === undefined) {
      return noInterval("acceleration-too-large", plain.draws, plain.dropped);
    }
    return intervalBetween(draws, lower, upper);
  },
});

/** Share of the draws below the estimate; those that equal it count half. Its normal quantile is the bias correction z0. */
export function shareBelow({ sorted }: Draws, estimate: number): number {
  const { below, same } = countBelow(sorted, estimate);
  return (below + same / 2) / sorted.length;
}

/**
 * Level of the draws' quantile that stands for a tail (Efron & Tibshirani, 1993, equation 14.10). Undefined where the acceleration
 * turns the correction round.
 *
 * Its Monte Carlo error has two parts, from the same draws: of the share F(q) below the quantile q, as with every
 * quantile, and of the share p below the estimate, of which z0 is made. With dp and dF their errors the level L(p) is
 * off by L'(p) dp - dF to first order, and the covariance of the two shares is (min(p, L) - p L) / draws.
 */
function correctedLevel(
  tail: number,
  below: number,
  skewness: number,
  count: number,
): QuantileLevel | undefined {
  const bias = normalQuantile(below);
  const shifted = bias + normalQuantile(tail);
  const stretch = 1 - skewness * shifted;
  if (!(stretch > 0)) return undefined;
  const z = bias + shifted / stretch;
  const level = normalProbability(z);
  const slope = (normalDensity(z) * (1 + 1 / stretch ** 2)) / normalDensity(bias);
  const variance =
    level * (1 - level) +
    slope ** 2 * below * (1 - below) -
    2 * slope * (Math.min(below, level) - below * level);
  return { level, error: Math.sqrt(Math.max(0, variance) / count) };
}
