import { normalQuantile } from "../intervals/normal.ts";
import { variance } from "../statistics.ts";

/** The noise of runs, as the residuals of a fit show it. */
export interface Noise {
  /** Variance of a run of weight 1, of the logarithm where predictions are known as logarithms. */
  variance: number;
  /** Runs less free parameters, which it rests on; NaN where the errors of the runs are given. */
  freedom: number;
  /** Variance of what was measured. */
  spread: number;
  /** Whether residuals show it: there are more runs than parameters, and the law does not go through every run. */
  isShown: boolean;
}

/** Share of the spread of what was measured that the noise of a run is taken as where no residual shows it. */
export const UNSHOWN = 0.2;

/** Share of the spread of what was measured below which residuals are rounding, not noise. */
const ROUNDING = 1e-6;

/**
 * The noise of runs by the residuals of a fit: their sum of squares over the degrees of freedom. Of a loss that gives outlying runs less weight they do
 * not count here either: the median size of the residuals that the parameters do not take up, in that of a normal one. Without a
 * degree of freedom a fifth of the spread of what was measured stands for a residual; with some it counts as 1/(1 + freedom) of one. Where the law
 * goes through every run it stands for the noise too.
 *
 * @param residuals over the square root of their weights' inverse
 * @param free parameters that were fitted
 */
export function noiseOf(
  residuals: Float64Array,
  responses: Float64Array,
  free: number,
  isRobust: boolean,
): Noise {
  const freedom = Math.max(0, residuals.length - free);
  const spread = variance(responses);
  const squares = isRobust
    ? freedom * medianSize(residuals, free) ** 2
    : residuals.reduce((sum, value) => sum + value * value, 0);
  if (squares <= residuals.length * ROUNDING * ROUNDING * spread)
    return { variance: UNSHOWN * UNSHOWN * spread, freedom, spread, isShown: false };
  const counts = 1 / (1 + freedom);
  const ofRun = (squares + counts * UNSHOWN * UNSHOWN * spread) / (freedom + counts);
  return { variance: ofRun, freedom, spread, isShown: freedom > 0 };
}

/** The standard deviation of normal residuals whose sizes have this median, without the smallest, one a parameter, that a fit can make 0. */
function medianSize(residuals: Float64Array, free: number): number {
  const sizes = residuals.map(Math.abs).sort();
  const place = Math.min(sizes.length - 1, Math.floor((sizes.length + free) / 2));
  return sizes[place]! / normalQuantile(0.75);
}
