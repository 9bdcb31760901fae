import type { Matrix } from "ml-matrix";
import { type ParameterValues, parametersInOrder } from "../forms/by-name.ts";
import type { SpreadKind } from "../intervals/method.ts";
import { curvatureRoot, pseudoRoot } from "./curvature-root.ts";
import { type Fit, type Standing, standingAs, standings, type Unknown } from "./fit.ts";
import { influenceVariance, type LinearFit, linearise, meanSlope } from "./linearise.ts";

/** What counts as independent: runs (points of one run are not), or each point. */
type Unit = "runs" | "points";

/**
 * The sandwich A^-1 B A^-1: A is the expected curvature of the objective (Gauss-Newton, each point times the slope of its influence),
 * B the sum of squares of the units' gradients about their mean, times G/(G-1) (N-1)/(N-K) for G units, N points and K
 * free parameters (Cameron & Miller, 2015: CR1; of points it is HC1, N/(N-K)). Parameters on a bound
 * are held. Points of no run (an anchor) are the same in every sample: they count in A and N only. A prior is a point more, whose part of B is
 * known: the square of the noise. Degrees of freedom are the fewer of G-1 and N-K.
 *
 * @param released a parameter that counts as free though it is on a bound
 */
export function sandwich(fit: LinearFit, unit: Unit, released?: number): Spread | Unknown {
  return sandwiches(fit, [unit], released)[0]!;
}

/**
 * The same for several units, whose curvature is one.
 *
 * @param rootOf gives the root of the curvature by some parameters
 */
export function sandwiches(
  fit: LinearFit,
  units: readonly Unit[],
  released?: number,
  rootOf: typeof curvatureRoot = curvatureRoot,
): (Spread | Unknown)[] {
  const all = standings(fit);
  if (released !== undefined && all[released] === "at-bound") all[released] = "free";
  const columns = standingAs(all, "free");
  if (columns.length === 0) return units.map(() => ({ reason: "every parameter is fixed or on a bound" }));
  const root = rootOf(fit, columns);
  if ("reason" in root) return units.map(() => root);
  const left = fit.points + fit.priors.length - columns.length;
  if (left <= 0) {
    const reason = `${fit.points} points for ${columns.length} free parameters leave no residuals`;
    return units.map(() => ({ reason }));
  }
  const rows = Float64Array.from(root.to1DArray());
  return units.map((unit) => spreadOver(unit, fit, columns, rows, left));
}

/** @param root of the curvature, square and row-major; its rows are independent directions */
function spreadOver(
  unit: Unit,
  fit: LinearFit,
  columns: readonly number[],
  root: Float64Array,
  left: number,
): Spread | Unknown {
  const size = columns.length;
  const { gradients, times, runs } = unitsOf(fit, columns, unit);
  const units = times.length;
  let count = 0;
  const mean = new Float64Array(size);
  for (let u = 0; u < units; u++) {
    count += times[u]!;
    for (let c = 0; c < size; c++) mean[c]! += times[u]! * gradients[u * size + c]!;
  }
  if (count < 2) return { reason: `fewer than two ${unit}` };
  for (let c = 0; c < size; c++) mean[c]! /= count;

  const factor = (count / (count - 1)) * ((fit.points - 1) / left);
  const width = fit.parameters.length;
  const { rows: priorParts, names: priorNames } = partsOfPriors(fit, columns, root);
  const parts = new Float64Array(units * width + priorParts.length);
  parts.set(priorParts, units * width);
  const part = new Float64Array(size);
  for (let u = 0; u < units; u++) {
    const scale = Math.sqrt(factor * times[u]!);
    part.fill(0);
    for (let k = 0; k < size; k++) {
      let along = 0;
      for (let c = 0; c < size; c++) along += root[k * size + c]! * (gradients[u * size + c]! - mean[c]!);
      const scaled = scale * along;
      for (let c = 0; c < size; c++) part[c]! += scaled * root[k * size + c]!;
    }
    for (let c = 0; c < size; c++) parts[u * width + columns[c]!] = part[c]!;
  }
  const names =
    unit === "runs" ? { runs: [...Array.from(runs, (run) => fit.runs.runs[run]!), ...priorNames] } : {};
  return { parts, width, ...names, freedom: Math.min(count - 1, left) };
}

/**
 * The parts of the error that come from the errors of priors' centres, a row a prior, and the names of these.
 *
 * @param root of the curvature by some columns, square and row-major
 */
export function partsOfPriors(
  { priors, problem, parameters }: LinearFit,
  columns: readonly number[],
  root: Float64Array,
): { rows: Float64Array; names: string[] } {
  const width = parameters.length;
  const size = columns.length;
  const rows = new Float64Array(priors.length * width);
  const names = priors.map(({ parameter, slope }, k) => {
    const own = columns.indexOf(parameter);
    for (let d = 0; d < size && own >= 0; d++) {
      const along = problem.noise! * slope * root[d * size + own]!;
      for (let c = 0; c < size; c++) rows[k * width + columns[c]!]! += along * root[d * size + c]!;
    }
    const { output, parameterNames } = problem.form;
    return `prior of ${parameterNames[parameter]} of ${output}`;
  });
  return { rows, names };
}

/**
 * Units that have a point that counts, in the order of the points: of each its part of the objective's derivative by each column
 * (units x columns, row-major), the times that it was drawn, and its run.
 */
export function unitsOf(
  { problem, run, runs: ofFit, times, weights, influence, design }: LinearFit,
  columns: readonly number[],
  unit: Unit,
): { gradients: Float64Array; times: Float64Array; runs: Int32Array } {
  const points = run.length;
  const size = columns.length;
  const most = unit === "points" ? points : Math.min(points, ofFit.runLengths.length);
  const gradients = new Float64Array(most * size);
  const drawn = new Float64Array(most);
  const runs = new Int32Array(most);
  let units = 0;
  const firsts = Int32Array.from(columns, (p) => p * points);
  for (let i = 0; i < points; i++) {
    const r = run[i]!;
    if (r < 0 || !(weights[i]! > 0)) continue;
    // Points of one run follow each other.
    const isNew = unit === "points" || units === 0 || runs[units - 1] !== r;
    if (isNew) {
      drawn[units] = times[i]!;
      runs[units] = r;
      units++;
    }
    const place = units - 1;
    const pull = (problem.weights === undefined ? 1 : problem.weights[i]!) * influence[i]!;
    for (let c = 0; c < size; c++) gradients[place * size + c]! += pull * design[firsts[c]! + i]!;
  }
  return { gradients, times: drawn.subarray(0, units), runs: runs.subarray(0, units) };
}

/**
 * The error of the parameters of a fit, as independent parts of which it is the sum. The covariance is
 * parts' parts.
 */
export interface Spread {
  /** parts x parameters, row-major; 0 for parameters that are held. */
  parts: Float64Array;
  /** Parameters of the form. */
  width: number;
  /** Run that each part comes from: parts of one run in several fits move together. Without, all are parts of their own. */
  runs?: readonly string[];
  /** Parameters that the points do not tell from others: their parts lack what is not told. @default none */
  untold?: ReadonlySet<number>;
  /** Degrees of freedom of the Student's t to multiply a standard error by; infinity is the normal. */
  freedom: number;
  /** Those of a sum of parameters, each times its part, where they depend on it (`freedomAlong`). */
  freedomOf?(along: ArrayLike<number>): number;
}

/** Degrees of freedom of the error of a sum of parameters, each times its part. */
export const freedomAlong = (spread: Spread, along: ArrayLike<number>): number =>
  spread.freedomOf?.(along) ?? spread.freedom;

/** Standard error of each parameter in the form's order, in the unit of the parameter; 0 for those that are held. */
export function standardErrors({ parts, width }: Spread): Float64Array {
  const squares = new Float64Array(width);
  for (let first = 0; first < parts.length; first += width) {
    for (let p = 0; p < width; p++) squares[p]! += parts[first + p]! * parts[first + p]!;
  }
  return squares.map(Math.sqrt);
}

/** Covariance of two parameters. */
export function covariance({ parts, width }: Spread, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < parts.length; i += width) sum += parts[i + a]! * parts[i + b]!;
  return sum;
}

/** Variance of a sum of parameters, each times its part. */
export function varianceAlong({ parts, width }: Spread, along: Float64Array): number {
  let variance = 0;
  for (let first = 0; first < parts.length; first += width) {
    let sum = 0;
    for (let p = 0; p < width; p++) sum += parts[first + p]! * along[p]!;
    variance += sum * sum;
  }
  return variance;
}

/**
 * The spread behind the shaded band of the model ladder's figure 4 (Bhagia et al., 2024; the formula is in its released
 * code): sigma^2 (J'J)^-1 as SciPy's curve_fit gives it. sigma^2 = sum of squares / (points - parameters), points are
 * taken as independent, an anchor as a point like any other, parameters on a bound as free, and the normal for the t. The
 * paper has it for the link alone, a squared loss. For Huber's loss it is the analogue: sigma^2 of the influences, over the
 * square of their mean slope (Huber & Ronchetti, 2009, chapter 7, without its small-sample factor).
 */
function modelSpread(fit: LinearFit): Spread | Unknown {
  const spread = gaussNewtonSpread(fit, ["free", "at-bound"], false, pseudoRoot);
  return "reason" in spread ? spread : { ...spread, freedom: Number.POSITIVE_INFINITY };
}

/**
 * The spread sigma^2 (J'WJ)^-1 of parameters that stand so.
 *
 * @param isKnown whether residuals are over their known standard errors, so that sigma is 1 and no residuals are needed
 * @param rootOf the root of (J'WJ)^-1 by some parameters
 */
export function gaussNewtonSpread(
  fit: LinearFit,
  standing: readonly Standing[],
  isKnown: boolean,
  rootOf: (fit: LinearFit, parameters: readonly number[]) => { root: Matrix; untold?: ReadonlySet<number> },
): Spread | Unknown {
  const width = fit.parameters.length;
  const columns = standingAs(standings(fit), ...standing);
  if (columns.length === 0) return { reason: "every parameter is fixed" };
  const left = fit.points - columns.length;
  if (left <= 0 && !isKnown) {
    return { reason: `${fit.points} points for ${columns.length} parameters leave no residuals` };
  }
  const sigma = isKnown ? 1 : Math.sqrt(influenceVariance(fit, left)) / meanSlope(fit);
  const { root, untold } = rootOf(fit, columns);
  const parts = new Float64Array(root.rows * width);
  for (let r = 0; r < root.rows; r++) {
    columns.forEach((p, c) => {
      parts[r * width + p] = sigma * root.get(r, c);
    });
  }
  return { parts, width, ...(untold && { untold }), freedom: isKnown ? Number.POSITIVE_INFINITY : left };
}

/**
 * The error of the parameters of a fit, in the units of the table: by the sandwich with runs or with points taken as independent, or as the
 * model ladder's paper has it.
 *
 * @param fit its parameters by name or in the form's order, and the runs of its points: a run for each point where points are independent
 * @returns the spread, or the reason why it is not known
 * @throws UserError for parameters that are not the form's
 */
export function spreadOf(
  fit: Omit<Fit, "parameters"> & { parameters: ParameterValues },
  kind: SpreadKind,
): Spread | Unknown {
  const parameters = parametersInOrder(fit.problem.form, fit.parameters);
  const linear = linearise({ ...fit, parameters });
  if ("reason" in linear) return linear;
  return kind === "paper-delta" ? modelSpread(linear) : sandwich(linear, kind);
}
