import type { Interpolation } from "./interpolation.ts";
import { fitPowerCurve, fitPowerShape } from "./powers.ts";

/** Fewest sizes that a curve needs. */
const FEWEST = 3;

/**
 * Akima's curve (1970), a cubic between neighbours that goes through every loss, as Porian et al. (2024) use it. Its lowest
 * point is found exactly: at a size, or where the derivative of one of the cubics is 0.
 */
export const akima: Interpolation = {
  name: "akima",
  description: "Akima's piecewise cubic through all sizes",
  fewestSizes: FEWEST,
  windowed: false,
  leastSizes: 0,
  minimum(x, losses) {
    const last = x.length - 1;
    if (last + 1 < FEWEST) return { kind: "few-sizes", sizes: last + 1 };
    const slopes = slopesAt(x, losses);
    let at = 0;
    let best = { x: x[0]!, loss: losses[0]! };
    for (let i = 0; i <= last; i++) {
      if (losses[i]! < best.loss) [at, best] = [i, { x: x[i]!, loss: losses[i]! }];
      const inside = i === last ? undefined : lowestBetween(x, losses, slopes, i);
      if (inside !== undefined && inside.loss < best.loss) [at, best] = [Number.NaN, inside];
    }
    if (at === 0) return { kind: "edge", side: "smallest" };
    if (at === last) return { kind: "edge", side: "largest" };
    return { kind: "minimum", ...best };
  },
  curve(x, losses) {
    const last = x.length - 1;
    if (last + 1 < FEWEST) return undefined;
    const slopes = slopesAt(x, losses);
    return {
      from: x[0]!,
      to: x[last]!,
      at(place) {
        const i = Math.min(
          last - 1,
          Math.max(
            0,
            x.findLastIndex((size) => size <= place),
          ),
        );
        const { start, square, cube } = cubicFrom(x, losses, slopes, i);
        const u = place - x[i]!;
        return losses[i]! + u * (start + u * (square + u * cube));
      },
    };
  },
};

/** Coefficients of u, u^2 and u^3 of the cubic between point i and the next, u from point i on. */
function cubicFrom(
  x: Float64Array,
  y: Float64Array,
  slopes: Float64Array,
  i: number,
): { start: number; square: number; cube: number } {
  const width = x[i + 1]! - x[i]!;
  const secant = (y[i + 1]! - y[i]!) / width;
  const [start, end] = [slopes[i]!, slopes[i + 1]!];
  return {
    start,
    square: (3 * secant - 2 * start - end) / width,
    cube: (start + end - 2 * secant) / (width * width),
  };
}

/** Derivatives of the curve at the points: secants of the two neighbours on either side, weighed by how little they bend. */
function slopesAt(x: Float64Array, y: Float64Array): Float64Array {
  const count = x.length;
  // Secants, and two more at either end, extrapolated with the bend of the last two.
  const secants = new Float64Array(count + 3);
  for (let i = 0; i < count - 1; i++) secants[i + 2] = (y[i + 1]! - y[i]!) / (x[i + 1]! - x[i]!);
  secants[1] = 2 * secants[2]! - secants[3]!;
  secants[0] = 2 * secants[1]! - secants[2]!;
  secants[count + 1] = 2 * secants[count]! - secants[count - 1]!;
  secants[count + 2] = 2 * secants[count + 1]! - secants[count]!;
  const slopes = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const right = Math.abs(secants[i + 3]! - secants[i + 2]!);
    const left = Math.abs(secants[i + 1]! - secants[i]!);
    const [before, after] = [secants[i + 1]!, secants[i + 2]!];
    slopes[i] = left + right > 0 ? (right * before + left * after) / (left + right) : (before + after) / 2;
  }
  return slopes;
}

/** The minimum of the cubic between point i and the next, where it has one inside. */
function lowestBetween(
  x: Float64Array,
  y: Float64Array,
  slopes: Float64Array,
  i: number,
): { x: number; loss: number } | undefined {
  const width = x[i + 1]! - x[i]!;
  const { start, square, cube } = cubicFrom(x, y, slopes, i);
  // Zeros of start + 2 square u + 3 cube u^2; the curve bends upwards at the one where the root is added.
  const discriminant = square * square - 3 * cube * start;
  if (!(discriminant > 0)) return undefined;
  const root = Math.sqrt(discriminant);
  // Of two forms of the same zero, the one without cancellation.
  const u = square > 0 ? -start / (square + root) : (root - square) / (3 * cube);
  if (!(u > 0 && u < width)) return undefined;
  return { x: x[i]! + u, loss: y[i]! + u * (start + u * (square + u * cube)) };
}

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

/** Sizes that are used although the window is narrower, where a budget has them. */
export const LEAST_SIZES = 5;

/**
 * A constant and two powers of N, one that falls and one that rises, through the sizes within the window around the lowest loss. The two
 * exponents are those of all budgets of a family and subject, so a budget costs no more parameters than a parabola, and the slower
 * rise on one side does not move the minimum as it moves a parabola's.
 */
export const powers: Interpolation = {
  name: "powers",
  description: "two powers of N with exponents that the budgets share, through the sizes within the window",
  fewestSizes: FEWEST,
  windowed: true,
  leastSizes: LEAST_SIZES,
  shape(curves, draw) {
    const used = curves.filter(({ x }) => x.length >= FEWEST);
    return fitPowerShape(
      used.map(({ x, losses }) => ({ ...fromOrigin(x), losses })),
      draw,
    );
  },
  minimum(x, losses, shape) {
    if (x.length < FEWEST) return { kind: "few-sizes", sizes: x.length };
    const { alpha, beta } = shape!;
    const { u, origin } = fromOrigin(x);
    const { level, falling, rising, slopeError } = fitPowerCurve(u, losses, shape!);
    if (falling <= 0 && rising <= 0) return { kind: "not-convex" };
    // The slope is rising e^(beta u) - falling e^(-alpha u).
    const at =
      falling <= 0 ? Number.NEGATIVE_INFINITY : Math.log(falling / Math.max(0, rising)) / (alpha + beta);
    if (at < u[0]!) return { kind: "edge", side: "smallest" };
    if (at > u.at(-1)!) return { kind: "edge", side: "largest" };
    const loss =
      level + (falling * Math.expm1(-alpha * at)) / alpha + (rising * Math.expm1(beta * at)) / beta;
    const curvature = alpha * falling * Math.exp(-alpha * at) + beta * rising * Math.exp(beta * at);
    return { kind: "minimum", x: origin + at, loss, sensitivity: slopeError(at) / curvature };
  },
  curve(x, losses, shape) {
    if (x.length < FEWEST) return undefined;
    const { alpha, beta } = shape!;
    const { u, origin } = fromOrigin(x);
    const { level, falling, rising } = fitPowerCurve(u, losses, shape!);
    return {
      from: origin + u[0]!,
      to: origin + u.at(-1)!,
      at: (place) =>
        level +
        (falling * Math.expm1(-alpha * (place - origin))) / alpha +
        (rising * Math.expm1(beta * (place - origin))) / beta,
    };
  },
};

/** ln N from the middle size on: exponents times it stay near 0. */
function fromOrigin(x: Float64Array): { u: Float64Array; origin: number } {
  const origin = x[x.length >> 1]!;
  return { u: x.map((size) => size - origin), origin };
}

/** Ways to find the best size of a budget, by name; the first is the default. */
export const interpolations: ReadonlyMap<string, Interpolation> = new Map(
  [powers, parabola, akima].map((interpolation) => [interpolation.name, interpolation]),
);

/** A polynomial fitted by least squares, in polynomials that are orthogonal on the points. */
interface PolynomialFit {
  /** Coefficients of the monic orthogonal polynomials of degree 0, 1, .... */
  coefficients: Float64Array;
  /** Constants of the recurrence p[k+1](x) = (x - centres[k]) p[k](x) - ratios[k] p[k-1](x); ratios[0] is 0. */
  centres: Float64Array;
  ratios: Float64Array;
  /** Residual of each value. */
  residuals: Float64Array;
}

/**
 * Least squares of a polynomial by orthogonal polynomials (Forsythe, 1957): no normal equations, so no digits are lost where
 * the x are far from 0, as logarithms of sizes are.
 *
 * @param x more different values than the degree
 * @param y as many
 */
export function fitPolynomial(x: Float64Array, y: Float64Array, degree: number): PolynomialFit {
  const coefficients = new Float64Array(degree + 1);
  const centres = new Float64Array(degree + 1);
  const ratios = new Float64Array(degree + 1);
  const residuals = y.slice();
  let before = new Float64Array(x.length);
  let now = new Float64Array(x.length).fill(1);
  let lastSquares = 1;
  for (let k = 0; k <= degree; k++) {
    let [squares, moment, product] = [0, 0, 0];
    for (let i = 0; i < x.length; i++) {
      const square = now[i]! * now[i]!;
      squares += square;
      moment += square * x[i]!;
      // From the residuals instead of y: equal in exact arithmetic, with less rounding.
      product += now[i]! * residuals[i]!;
    }
    const coefficient = product / squares;
    const centre = moment / squares;
    const ratio = k === 0 ? 0 : squares / lastSquares;
    coefficients[k] = coefficient;
    centres[k] = centre;
    ratios[k] = ratio;
    const next = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) {
      residuals[i]! -= coefficient * now[i]!;
      next[i] = (x[i]! - centre) * now[i]! - ratio * before[i]!;
    }
    [before, now, lastSquares] = [now, next, squares];
  }
  return { coefficients, centres, ratios, residuals };
}
