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
  let [count, weight, xSum, ySum] = [0, 0, 0, 0];
  const isUsed = (i: number) => Number.isFinite(x[i]! + y[i]!);
  for (let i = 0; i < x.length; i++) {
    if (!isUsed(i)) continue;
    count++;
    weight += weights[i]!;
    xSum += weights[i]! * x[i]!;
    ySum += weights[i]! * y[i]!;
  }
  const [xMean, yMean] = [xSum / weight, ySum / weight];
  let [squares, products, spread] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    if (!isUsed(i)) continue;
    squares += weights[i]! * (x[i]! - xMean) ** 2;
    products += weights[i]! * (x[i]! - xMean) * (y[i]! - yMean);
    spread += weights[i]! * (y[i]! - yMean) ** 2;
  }
  if (!(squares > 0)) return undefined;
  const slope = products / squares;
  let chiSquared = 0;
  for (let i = 0; i < x.length; i++) {
    if (isUsed(i)) chiSquared += weights[i]! * (y[i]! - yMean - slope * (x[i]! - xMean)) ** 2;
  }
  return {
    slope,
    intercept: yMean - slope * xMean,
    rSquared: spread > 0 ? 1 - chiSquared / spread : Number.NaN,
    chiSquared,
    standardError: count > 2 ? Math.sqrt(chiSquared / (count - 2) / squares) : Number.NaN,
  };
}
