import type { Interpolation } from "./interpolation.ts";

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
            x.findLastIndex((one) => one <= place),
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
  // Secants, and two more at either end that go on bending as the last two do.
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
