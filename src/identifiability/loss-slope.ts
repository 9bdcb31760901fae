import { normalDensity, normalQuantile } from "../intervals/distributions/normal.ts";
import { countBelow } from "../intervals/draws.ts";
import { quantile } from "../intervals/quantile.ts";
import type { Loss } from "../solve/problem.ts";
import { residualScales } from "./residual-scales.ts";

/** Level of the test that the bandwidth is made for, and Hall and Sheather's own. */
const bandwidthLevel = 0.05;

/** The middle half of a normal distribution is this many standard deviations wide. */
const normalQuartiles = 1.34;

/**
 * Share of a point's slope that its spread alone says, wherever its residual lies: no direction of the parameters then rests
 * on the few points that happen to lie near the fit.
 */
const spreadAlone = 0.1;

/** Share of the residuals that a window holds at the least: with fewer the curvature is known less well. */
const windowShare = 0.5;

/**
 * Expected slope of the derivative of each point's loss: 1 for the squared loss, for Huber's the probability that the
 * point's residual is within delta. Their mean over points is not enough where the spread of the residuals varies with the
 * inputs: the curvature of the objective is the sum of each point's own (Powell, 1991; Koenker, 2005, section 3.4.2).
 *
 * Where delta is far above the residuals, the slope is the indicator of |r| <= delta. Where it is far below, the loss is
 * nearly absolute and hardly any residual but those fitted exactly lie within: the share of residuals, each over its scale,
 * is then counted within the Hall-Sheather bandwidth and scaled to delta, and given to the points by the indicator of a
 * window that holds half of them (Powell's kernel estimate, the window as wide as the point's scale).
 *
 * @param weights one a residual; those of weight 0 do not count
 * @param variables of the points, which the spread may vary with
 * @returns one a residual; all 0 where no residual lies near 0
 */
export function lossSlopes(
  loss: Loss,
  residual: Float64Array,
  weights: Float64Array,
  variables: readonly Float64Array[],
): Float64Array {
  if (loss.kind === "squared") return new Float64Array(residual.length).fill(1);
  const { delta } = loss;
  const scales = residualScales(residual, weights, variables);
  const counts = (_: number, i: number): boolean => weights[i]! > 0;
  const scaled = residual.map((r, i) => r / scales[i]!);
  const distance = scaled.map(Math.abs);
  const shareWithin = cumulativeShare(distance.filter(counts), weights.filter(counts));
  const width = bandwidth(scaled.filter(counts));
  const narrowest = Math.max(width, quantile(distance.filter(counts).sort(), windowShare));
  return distance.map((from, i) => {
    const own = delta / scales[i]!;
    if (own >= narrowest) return from <= own ? 1 : 0;
    const expected = own < width ? (own / width) * shareWithin(width) : shareWithin(own);
    const near = from <= narrowest ? 1 / shareWithin(narrowest) : 0;
    return expected * ((1 - spreadAlone) * near + spreadAlone);
  });
}

/** The weighted share of values that are at most a number. */
function cumulativeShare(values: Float64Array, weights: Float64Array): (most: number) => number {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const sorted = Float64Array.from(order, (i) => values[i]!);
  const sums = new Float64Array(order.length + 1);
  order.forEach((i, k) => {
    sums[k + 1] = sums[k]! + weights[i]!;
  });
  return (most) => {
    const { below, same } = countBelow(sorted, most);
    return sums[below + same]! / sums.at(-1)!;
  };
}

/** Half width around 0 of a kernel for the density of residuals at their median (Hall & Sheather, 1988). */
function bandwidth(residual: Float64Array): number {
  const count = residual.length;
  const peak = normalDensity(0);
  const level =
    count ** (-1 / 3) * normalQuantile(1 - bandwidthLevel / 2) ** (2 / 3) * (1.5 * peak * peak) ** (1 / 3);
  const sorted = residual.toSorted();
  const quartiles = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / normalQuartiles;
  const mean = residual.reduce((sum, r) => sum + r, 0) / count;
  const deviation = Math.sqrt(residual.reduce((sum, r) => sum + (r - mean) ** 2, 0) / Math.max(1, count - 1));
  // Few residuals give levels beyond 0 and 1; most of them then lie within.
  return normalQuantile(0.5 + Math.min(level, 0.45)) * Math.min(deviation, quartiles);
}
