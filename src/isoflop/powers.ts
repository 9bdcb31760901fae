import type { Interpolation } from "./interpolation.ts";
import { fitPowerCurve } from "./power-curve.ts";
import { fitPowerShape } from "./power-shape.ts";

const FEWEST = 3;
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
  return { u: x.map((one) => one - origin), origin };
}
