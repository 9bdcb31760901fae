import { type Interpolation, lowestOf } from "./interpolation.ts";
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
  minimum(x, losses, reach) {
    const [first, end] = windowOf(x, losses, reach);
    if (end - first < FEWEST) return { kind: "few-sizes", sizes: end - first };
    const sizes = x.subarray(first, end);
    const fit = fitPolynomial(sizes, losses.subarray(first, end), 2);
    const [, slope, curvature] = fit.coefficients as unknown as [number, number, number];
    if (!(curvature > 0)) return { kind: "not-convex" };
    const [mean, second] = fit.centres as unknown as [number, number];
    const vertex = (mean + second) / 2 - slope / (2 * curvature);
    if (vertex < sizes[0]!) return { kind: "edge", side: "smallest" };
    if (vertex > sizes.at(-1)!) return { kind: "edge", side: "largest" };
    return { kind: "minimum", x: vertex, loss: valueAt(fit, vertex) };
  },
  curve(x, losses, reach) {
    const [first, end] = windowOf(x, losses, reach);
    if (end - first < FEWEST) return undefined;
    const fit = fitPolynomial(x.subarray(first, end), losses.subarray(first, end), 2);
    return { from: x[first]!, to: x[end - 1]!, at: (place) => valueAt(fit, place) };
  },
};

/** The sizes within the window around the lowest loss: the first, and the one after the last. */
function windowOf(x: Float64Array, losses: Float64Array, reach: number): [first: number, end: number] {
  const centre = x[lowestOf(losses)]!;
  return [x.findIndex((one) => one >= centre - reach), x.findLastIndex((one) => one <= centre + reach) + 1];
}

function valueAt({ coefficients, centres, ratios }: PolynomialFit, x: number): number {
  const [level, slope, curvature] = coefficients as unknown as [number, number, number];
  const [mean, second] = centres as unknown as [number, number];
  const linear = x - mean;
  return level + slope * linear + curvature * ((x - second) * linear - ratios[1]!);
}
