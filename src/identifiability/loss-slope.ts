import { normalDensity, normalQuantile } from "../intervals/distributions/normal.ts";
import { quantile } from "../intervals/quantile.ts";
import type { Loss } from "../solve/problem.ts";

/** Level of the test that the bandwidth is made for, and Hall and Sheather's own. */
const bandwidthLevel = 0.05;

/** The middle half of a normal distribution is this many standard deviations wide. */
const normalQuartiles = 1.34;

/**
 * Expected slope of the loss's derivative: 1 for the squared loss, for Huber's the share of residuals within delta. Where
 * delta is far below the residuals the loss is nearly absolute and hardly any residual but those fitted exactly lie
 * within; the share is then counted within the Hall-Sheather bandwidth and scaled to delta (Powell's kernel estimate;
 * Koenker, 2005, section 3.4). 0 where no residual lies there.
 *
 * @param weights one a residual; those of weight 0 do not count
 */
export function lossSlope(loss: Loss, residual: Float64Array, weights: Float64Array): number {
  if (loss.kind === "squared") return 1;
  const { delta } = loss;
  const width = Math.max(delta, bandwidth(residual.filter((_, i) => weights[i]! > 0)));
  let all = 0;
  let within = 0;
  residual.forEach((r, i) => {
    all += weights[i]!;
    if (Math.abs(r) <= width) within += weights[i]!;
  });
  return (delta / width) * (within / all);
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
