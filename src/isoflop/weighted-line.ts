/** A straight line by weighted least squares. */
export interface WeightedLine {
  slope: number;
  /** Value at x = 0. */
  intercept: number;
  /** Weighted share of the spread of y that the line explains; NaN where y has no spread. */
  rSquared: number;
  /** Sum of weight times squared residual. */
  chiSquared: number;
  /** Of the slope, from the scatter about the line and not from the scale of the weights; NaN of two points. */
  standardError: number;
}

/**
 * The line y = intercept + slope x with the least sum of weighted squares; undefined for fewer than two different x. Pairs whose
 * x or y is no finite number are left out.
 *
 * @param weights above 0, finite
 */
export function weightedLine(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weights: ArrayLike<number>,
): WeightedLine | undefined {
  const used = Array.from({ length: x.length }, (_, i) => i).filter((i) => Number.isFinite(x[i]! + y[i]!));
  const sum = (of: (i: number) => number) => used.reduce((total, i) => total + weights[i]! * of(i), 0);
  const weight = sum(() => 1);
  const [xMean, yMean] = [sum((i) => x[i]!) / weight, sum((i) => y[i]!) / weight];
  const squares = sum((i) => (x[i]! - xMean) ** 2);
  if (!(squares > 0)) return undefined;
  const slope = sum((i) => (x[i]! - xMean) * (y[i]! - yMean)) / squares;
  const chiSquared = sum((i) => (y[i]! - yMean - slope * (x[i]! - xMean)) ** 2);
  const freedom = used.length - 2;
  const spread = sum((i) => (y[i]! - yMean) ** 2);
  return {
    slope,
    intercept: yMean - slope * xMean,
    rSquared: spread > 0 ? 1 - chiSquared / spread : Number.NaN,
    chiSquared,
    standardError: freedom > 0 ? Math.sqrt(chiSquared / freedom / squares) : Number.NaN,
  };
}
