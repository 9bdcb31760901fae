import { type Interpolation, lowestOf } from "./interpolation.ts";
import { fitPolynomial } from "./orthogonal-polynomials.ts";

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
    const centre = x[lowestOf(losses)]!;
    const first = x.findIndex((one) => one >= centre - reach);
    const end = x.findLastIndex((one) => one <= centre + reach) + 1;
    if (end - first < FEWEST) return { kind: "few-sizes", sizes: end - first };
    const sizes = x.subarray(first, end);
    const { coefficients, centres, ratios } = fitPolynomial(sizes, losses.subarray(first, end), 2);
    const [level, slope, curvature] = coefficients as unknown as [number, number, number];
    if (!(curvature > 0)) return { kind: "not-convex" };
    const [mean, second] = centres as unknown as [number, number];
    const vertex = (mean + second) / 2 - slope / (2 * curvature);
    if (vertex < sizes[0]!) return { kind: "edge", side: "smallest" };
    if (vertex > sizes.at(-1)!) return { kind: "edge", side: "largest" };
    const linear = vertex - mean;
    return {
      kind: "minimum",
      x: vertex,
      loss: level + slope * linear + curvature * ((vertex - second) * linear - ratios[1]!),
    };
  },
};
