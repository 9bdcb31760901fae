import type { Interpolation } from "./interpolation.ts";
import { fitPolynomial, type PolynomialFit } from "./orthogonal-polynomials.ts";

const FEWEST = 3;

/**
 * A parabola in ln N by least squares, through the sizes within the window around the lowest loss (Hoffmann et al., 2022,
 * approach 2). Its vertex counts where it lies between the sizes that it was fitted to: beyond them nothing was trained.
 */
export const parabola: Interpolation = {
  name: "parabola",
  description: "parabola by least squares, through the sizes within the window",
  fewestSizes: FEWEST,
  windowed: true,
  leastSizes: 0,
  minimum(x, losses) {
    if (x.length < FEWEST) return { kind: "few-sizes", sizes: x.length };
    const fit = fitPolynomial(x, losses, 2);
    const [, slope, curvature] = fit.coefficients as unknown as [number, number, number];
    if (!(curvature > 0)) return { kind: "not-convex" };
    const [mean, second] = fit.centres as unknown as [number, number];
    const vertex = (mean + second) / 2 - slope / (2 * curvature);
    if (vertex < x[0]!) return { kind: "edge", side: "smallest" };
    if (vertex > x.at(-1)!) return { kind: "edge", side: "largest" };
    // Sums of squares of the orthogonal polynomials: variances of their coefficients are the inverse.
    const ofLine = fit.ratios[1]! * x.length;
    const ofCurvature = fit.ratios[2]! * ofLine;
    const slopeVariance = 1 / ofLine + (2 * vertex - mean - second) ** 2 / ofCurvature;
    const sensitivity = Math.sqrt(slopeVariance) / (2 * curvature);
    return { kind: "minimum", x: vertex, loss: valueAt(fit, vertex), sensitivity };
  },
  curve(x, losses) {
    if (x.length < FEWEST) return undefined;
    const fit = fitPolynomial(x, losses, 2);
    return { from: x[0]!, to: x.at(-1)!, at: (place) => valueAt(fit, place) };
  },
};

function valueAt({ coefficients, centres, ratios }: PolynomialFit, x: number): number {
  const [level, slope, curvature] = coefficients as unknown as [number, number, number];
  const [mean, second] = centres as unknown as [number, number];
  const linear = x - mean;
  return level + slope * linear + curvature * ((x - second) * linear - ratios[1]!);
}
