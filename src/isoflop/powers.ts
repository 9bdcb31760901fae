/** What is known of ln alpha and ln beta before any data: published laws have exponents from 0.1 to 0.8. */
const PRIOR = { mean: Math.log(0.3), sd: 0.6 };
const PRECISION = PRIOR.sd ** -2;

const MOST_STEPS = 40;
/** Longest step in ln alpha and ln beta: beyond it the linear model of a step is not valid. */
const LONGEST = 1;
/**
 * A step that gains less than this in twice the log-likelihood is the last. Of losses that differ from others by noise, whose shape is where it
 * begins, a hundredth will do: it is a tenth of a standard error at most, and the step that gained it has left far less.
 */
const LEAST_GAIN = { first: 1e-8, draw: 1e-2 };
/** Squares below this are rounding: of relative residuals of 1e-14. */
const ROUNDING = 1e-28;

/** Where the fit of losses with added noise begins. */
export interface ShapeDraw {
  /** Shape of the losses without it. */
  near: PowerShape;
  /**
   * Standard normal numbers by which the prior's centre is moved: a draw of the posterior is the mode under a draw of the data and one of
   * the prior. Without them, draws would treat as known what the losses do not determine.
   */
  shifts: readonly [number, number];
}

/** The losses of one budget near its lowest. */
export interface NearLosses {
  /** ln N less an origin near it. */
  u: Float64Array;
  losses: Float64Array;
}

/** A shape with the sum of squares of the relative residuals that it leaves. */
interface FittedShape extends PowerShape {
  squares: number;
}

/**
 * The exponents that budgets have in common: those of most posterior probability under the prior and normal noise of unknown size, each
 * budget with a level and two factors of its own (variable projection, Golub & Pereyra, 1973, with Kaufman's derivative of 1975).
 * Where the losses determine the exponents poorly, the prior holds them.
 *
 * @param budgets three different sizes each
 */
export function fitPowerShape(budgets: readonly NearLosses[], draw?: ShapeDraw): FittedShape {
  const centre = centreOf(draw?.shifts ?? [0, 0]);
  const spare = spareOf(budgets);
  // With no residuals left over the prior alone has a mode: its centre.
  const start = spare > 0 && draw ? draw.near : { alpha: Math.exp(centre[0]), beta: Math.exp(centre[1]) };
  let now = stateAt(budgets, [Math.log(start.alpha), Math.log(start.beta)], centre, spare);
  let damping = 0;
  for (let steps = 0; spare > 0 && steps < MOST_STEPS; steps++) {
    const step = stepFrom(budgets, now, centre, spare, damping);
    const next = stateAt(budgets, [now.logs[0] + step[0], now.logs[1] + step[1]], centre, spare);
    if (next.objective <= now.objective) {
      const gain = now.objective - next.objective;
      now = next;
      if (gain < (draw ? LEAST_GAIN.draw : LEAST_GAIN.first)) break;
      damping = damping < 1e-3 ? 0 : damping / 10;
    } else {
      if (damping > 1e6) break;
      damping = damping === 0 ? 1e-2 : damping * 10;
    }
  }
  return { alpha: now.alpha, beta: now.beta, squares: now.squares };
}

/** Residuals less parameters: three a budget, and of the shape those that the data and not the prior determine, 0 to 2. */
export function freedomOf(budgets: readonly NearLosses[], { alpha, beta }: PowerShape): number {
  const spare = spareOf(budgets);
  if (spare <= 0) return 0;
  const { aa, ab, bb } = normalEquations(
    budgets,
    stateAt(budgets, [Math.log(alpha), Math.log(beta)], centreOf([0, 0]), spare),
    spare,
  );
  // The trace of H (H + prior)^-1.
  const [a, b] = [aa + PRECISION, bb + PRECISION];
  return spare - (aa * b + bb * a - 2 * ab * ab) / (a * b - ab * ab);
}

function spareOf(budgets: readonly NearLosses[]): number {
  return budgets.reduce((sum, { u }) => sum + u.length - 3, 0);
}

/** ln alpha and ln beta. */
type Logs = readonly [number, number];

function centreOf(shifts: Logs): Logs {
  return [PRIOR.mean + PRIOR.sd * shifts[0], PRIOR.mean + PRIOR.sd * shifts[1]];
}

interface State extends PowerShape {
  logs: Logs;
  curves: PowerCurve[];
  squares: number;
  /** Minus twice the log of the posterior density, up to a constant. */
  objective: number;
}

function stateAt(budgets: readonly NearLosses[], logs: Logs, centre: Logs, spare: number): State {
  const shape = { alpha: Math.exp(logs[0]), beta: Math.exp(logs[1]) };
  const curves = budgets.map(({ u, losses }) => fitPowerCurve(u, losses, shape));
  const squares = curves.reduce((sum, curve) => sum + curve.squares, 0);
  const prior = PRECISION * ((logs[0] - centre[0]) ** 2 + (logs[1] - centre[1]) ** 2);
  const objective = spare * Math.log(Math.max(squares, ROUNDING)) + prior;
  return { ...shape, logs, curves, squares, objective };
}

/** Of the data alone, over the variance of the noise: J'J and J'r. */
interface NormalEquations {
  aa: number;
  ab: number;
  bb: number;
  a: number;
  b: number;
}

function normalEquations(
  budgets: readonly NearLosses[],
  { alpha, beta, curves, squares }: State,
  spare: number,
): NormalEquations {
  const of = { aa: 0, ab: 0, bb: 0, a: 0, b: 0 };
  curves.forEach(({ falling, rising, residuals, span, terms }, budget) => {
    const { u, losses } = budgets[budget]!;
    // Derivatives of the curve by ln alpha and ln beta, less what the level and the factors make up for.
    const [byAlpha, byBeta]: [number[], number[]] = [[], []];
    for (let i = 0; i < u.length; i++) {
      const [fall, rise] = [terms[0][i]!, terms[1][i]!];
      byAlpha.push((-falling * (u[i]! * (1 + alpha * fall) + fall)) / losses[i]!);
      byBeta.push((rising * (u[i]! * (1 + beta * rise) - rise)) / losses[i]!);
    }
    for (const unit of span) {
      removeFrom(byAlpha, unit);
      removeFrom(byBeta, unit);
    }
    of.aa += dot(byAlpha, byAlpha);
    of.ab += dot(byAlpha, byBeta);
    of.bb += dot(byBeta, byBeta);
    of.a += dot(byAlpha, residuals);
    of.b += dot(byBeta, residuals);
  });
  const variance = Math.max(squares, ROUNDING) / spare;
  return {
    aa: of.aa / variance,
    ab: of.ab / variance,
    bb: of.bb / variance,
    a: of.a / variance,
    b: of.b / variance,
  };
}

/** A damped step of Gauss and Newton, no longer than the longest. */
function stepFrom(
  budgets: readonly NearLosses[],
  now: State,
  centre: Logs,
  spare: number,
  damping: number,
): Logs {
  const { aa, ab, bb, a, b } = normalEquations(budgets, now, spare);
  const [ofA, ofB] = [(aa + PRECISION) * (1 + damping), (bb + PRECISION) * (1 + damping)];
  const gradientA = a - PRECISION * (now.logs[0] - centre[0]);
  const gradientB = b - PRECISION * (now.logs[1] - centre[1]);
  const determinant = ofA * ofB - ab * ab;
  const stepA = (ofB * gradientA - ab * gradientB) / determinant;
  const stepB = (ofA * gradientB - ab * gradientA) / determinant;
  const scale = Math.min(1, LONGEST / Math.max(Math.abs(stepA), Math.abs(stepB), Number.MIN_VALUE));
  return [scale * stepA, scale * stepB];
}

/** Exponents of the two powers that the loss of a budget falls and rises with. */
export interface PowerShape {
  /** Of N^-alpha, the part that falls with the model size. */
  alpha: number;
  /** Of N^beta, the part that rises as tokens grow few. */
  beta: number;
}

/** loss = level + falling (N^-alpha - 1)/alpha + rising (N^beta - 1)/beta, N in units of the origin. */
interface PowerCurve {
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

/** Subtracts from a column its projection on a unit column, and returns the length of the projection. */
function removeFrom(column: number[], unit: readonly number[]): number {
  const along = dot(column, unit);
  for (let i = 0; i < column.length; i++) column[i]! -= along * unit[i]!;
  return along;
}

/** Inner product. */
function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
