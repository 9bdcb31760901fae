/** Exponents of the two powers that the loss of a budget falls and rises with. */
export interface PowerShape {
  /** Of N^-alpha, the part that falls with the model size. */
  alpha: number;
  /** Of N^beta, the part that rises as tokens grow few. */
  beta: number;
}

/** loss = level + falling (N^-alpha - 1)/alpha + rising (N^beta - 1)/beta, N in units of the origin. */
export interface PowerCurve {
  level: number;
  falling: number;
  rising: number;
  /** (loss - fitted)/loss of each point. */
  residuals: number[];
  /** Sum of their squares. */
  squares: number;
  /** Orthonormal columns that span the fit, of the relative losses. */
  span: readonly [number[], number[], number[]];
  /** (N^-alpha - 1)/alpha and (N^beta - 1)/beta at the points. */
  terms: readonly [number[], number[]];
  /** Standard error of the slope by u at a place, with relative noise of 1 on each loss. */
  slopeError(at: number): number;
}

/**
 * The loss of one budget as a constant and two powers of N of given exponents, by least squares of relative residuals. It is what every
 * law E + A N^-alpha + B D^-beta is at D = C/(6N) (Hoffmann et al., 2022, equation 2), with A, B and E of the budget's own. As the
 * exponents go to 0 it becomes a parabola in ln N.
 *
 * @param u ln N less an origin near it, three different values at least
 * @param losses as many, above 0
 */
export function fitPowerCurve(
  u: Float64Array,
  losses: Float64Array,
  { alpha, beta }: PowerShape,
): PowerCurve {
  // Arrays of numbers: small typed arrays cost more to make than to fill, and this runs for every draw.
  const [falling, rising]: [number[], number[]] = [[], []];
  const span: [number[], number[], number[]] = [[], [], []];
  const residuals: number[] = [];
  for (let i = 0; i < u.length; i++) {
    const scale = 1 / losses[i]!;
    const fall = (Math.exp(-alpha * u[i]!) - 1) / alpha;
    const rise = (Math.exp(beta * u[i]!) - 1) / beta;
    falling.push(fall);
    rising.push(rise);
    // The sum of both terms bends and the rising one slopes: far from parallel, where the two terms alone nearly are.
    span[0].push(scale);
    span[1].push(scale * rise);
    span[2].push(scale * (fall + rise));
    residuals.push(1);
  }
  const norm0 = normalise(span[0]);
  const along01 = removeFrom(span[1], span[0]);
  const along02 = removeFrom(span[2], span[0]);
  const norm1 = normalise(span[1]);
  const along12 = removeFrom(span[2], span[1]);
  const norm2 = normalise(span[2]);
  const share0 = removeFrom(residuals, span[0]);
  const share1 = removeFrom(residuals, span[1]);
  const bend = removeFrom(residuals, span[2]) / norm2;
  const slope = (share1 - along12 * bend) / norm1;
  const level = (share0 - along01 * slope - along02 * bend) / norm0;
  return {
    level,
    falling: bend,
    rising: slope + bend,
    residuals,
    squares: dot(residuals, residuals),
    span,
    terms: [falling, rising],
    slopeError(at) {
      const rise = Math.exp(beta * at);
      const alongSlope = rise / norm1;
      const alongBend = (rise - Math.exp(-alpha * at) - along12 * alongSlope) / norm2;
      return Math.hypot(alongSlope, alongBend);
    },
  };
}

/** Scales a column to length 1, and returns its length. */
function normalise(column: number[]): number {
  const length = Math.sqrt(dot(column, column));
  for (let i = 0; i < column.length; i++) column[i]! /= length;
  return length;
}

/** Takes from a column its part along a unit column, and returns how long that part is. */
export function removeFrom(column: number[], unit: readonly number[]): number {
  const along = dot(column, unit);
  for (let i = 0; i < column.length; i++) column[i]! -= along * unit[i]!;
  return along;
}

/** Inner product. */
export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
