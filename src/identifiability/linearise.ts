import { Matrix, pseudoInverse } from "ml-matrix";
import { countBelow, quantile } from "../intervals/draws.ts";
import { normalDensity, normalQuantile } from "../intervals/normal.ts";
import { influenceAt, isAbsolute, residualAt, residualUnit, shapeOf } from "../solve/loss.ts";
import { type PriorResidual, priorResiduals } from "../solve/priors.ts";
import type { Loss, Problem } from "../solve/problem.ts";
import { mean } from "../statistics.ts";
import { divide, dot, sumOf, sumOfProducts, times } from "./columns.ts";
import { type Fit, runOfPoints, type Unknown } from "./fit.ts";

/** Points that each term of the model needs: with fewer the terms are left out. */
const pointsPerTerm = 8;

/** Eigenvalues of the terms' correlations below this are rounding: shares that sum to 1 are in line. */
const rounding = 1e-9;

const mostIterations = 50;

/**
 * How the spread of the residuals varies with the inputs: a factor for each point, 1 in the middle. The logarithm of the
 * spread is linear in the logarithms of the variables (in the variables themselves where one is not above 0), their squares
 * and products, as far as the points bear them; fitted to roots of absolute residuals by quasi-likelihood with a constant
 * coefficient of variation (Davidian & Carroll, 1987), which neither far points nor residuals of 0 upset. Terms are shrunk
 * by as much as chance alone would make of them (James & Stein, 1961), so that a constant spread gives nearly constant
 * factors.
 *
 * @param weights one a point; those of weight 0 do not count, and have factor 1
 */
function residualScales(
  residual: Float64Array,
  weights: Float64Array,
  variables: readonly Float64Array[],
): Float64Array {
  const counts = Uint32Array.from(weights.keys()).filter((i) => weights[i]! > 0);
  const scales = new Float64Array(residual.length).fill(1);
  const share = normalised(counts, weights);
  const terms = termsOf(variables, counts, share);
  const roots = Float64Array.from(counts, (i) => Math.sqrt(Math.abs(residual[i]!)));
  const mean = dot(roots, share);
  if (terms.length === 0 || !(mean > 0)) return scales;
  const correlations = new Matrix(terms.map((a) => terms.map((b) => dot(a, times(b, share)))));
  const inverse = pseudoInverse(correlations, rounding);
  let level = Math.log(mean);
  let slopes = new Array<number>(terms.length).fill(0);
  const misfit = new Float64Array(counts.length);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const spread = logSpread(terms, slopes, counts.length);
    for (let k = 0; k < misfit.length; k++) {
      misfit[k] = share[k]! * (roots[k]! / Math.exp(level + spread[k]!) - 1);
    }
    const pull = Matrix.columnVector(terms.map((term) => dot(term, misfit)));
    const step = [sumOf(misfit), ...inverse.mmul(pull).to1DArray()];
    // A step of more than 1 changes a spread by more than its size.
    const damped = Math.min(1, 1 / Math.max(...step.map(Math.abs)));
    level += damped * step[0]!;
    slopes = slopes.map((slope, c) => slope + damped * step[c + 1]!);
    if (Math.max(...step.map(Math.abs)) < rounding) break;
  }
  const spread = logSpread(terms, slopes, counts.length);
  const rank = Math.round(inverse.mmul(correlations).trace());
  const variance =
    misfit.reduce((sum, value, k) => sum + (value * value) / share[k]!, 0) / (1 - (1 + rank) / counts.length);
  const explained = (counts.length * dot(spread, times(spread, share))) / variance;
  const kept = explained > rank ? 1 - rank / explained : 0;
  // Of the root, hence twice.
  counts.forEach((i, k) => {
    scales[i] = Math.exp(2 * kept * spread[k]!);
  });
  return scales;
}

/** Weights of the points that count, summing to 1. */
function normalised(counts: Uint32Array, weights: Float64Array): Float64Array {
  const share = taken(weights, counts);
  divide(share, sumOf(share));
  return share;
}

/** The variables that vary, and their squares and products where there are points enough; of mean 0 and variance 1. */
function termsOf(
  variables: readonly Float64Array[],
  counts: Uint32Array,
  share: Float64Array,
): Float64Array[] {
  const first = variables.flatMap((variable) => {
    const values = taken(variable, counts);
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < values.length; k++) least = Math.min(least, values[k]!);
    if (least > 0) for (let k = 0; k < values.length; k++) values[k] = Math.log(values[k]!);
    return standardised(values, share);
  });
  const second = first.flatMap((a, c) => first.slice(c).flatMap((b) => standardised(times(a, b), share)));
  const enough = (terms: number): boolean => counts.length >= pointsPerTerm * terms;
  if (enough(first.length + second.length)) return [...first, ...second];
  return enough(first.length) ? first : [];
}

/** The values at some places. */
function taken(values: Float64Array, places: Uint32Array): Float64Array {
  const some = new Float64Array(places.length);
  for (let k = 0; k < places.length; k++) some[k] = values[places[k]!]!;
  return some;
}

/** None where the values do not vary. */
function standardised(values: Float64Array, share: Float64Array): Float64Array[] {
  const mean = dot(values, share);
  const centred = new Float64Array(values.length);
  let largest = 0;
  for (let k = 0; k < values.length; k++) {
    centred[k] = values[k]! - mean;
    largest = Math.max(largest, Math.abs(values[k]!));
  }
  const deviation = Math.sqrt(dot(centred, times(centred, share)));
  if (!(deviation > rounding * largest)) return [];
  divide(centred, deviation);
  return [centred];
}

/** Departures of the points' logarithms from the level. */
function logSpread(
  terms: readonly Float64Array[],
  slopes: readonly number[],
  points: number,
): Float64Array<ArrayBuffer> {
  const spread = new Float64Array(points);
  terms.forEach((term, c) => {
    const slope = slopes[c]!;
    for (let k = 0; k < points; k++) spread[k]! += slope * term[k]!;
  });
  return spread;
}

/** Level of the test that the bandwidth is made for, and Hall and Sheather's own. */
const bandwidthLevel = 0.05;

/** The middle half of a normal distribution is this many standard deviations wide. */
const normalQuartiles = 1.34;

/**
 * Share of a point's slope that its spread alone says, wherever its residual lies: no direction of the parameters then rests
 * on the few points that happen to lie near the fit.
 */
const spreadAlone = 0.1;

/** Share of the residuals that a window holds at the least: with fewer the curvature is known less well. */
const windowShare = 0.5;

/**
 * Expected slope of the derivative of each point's loss: 1 for the squared loss, for Huber's the probability that the
 * point's residual is within delta. Their mean over points is not enough where the spread of the residuals varies with the
 * inputs: the curvature of the objective is the sum of each point's own (Powell, 1991; Koenker, 2005, section 3.4.2).
 *
 * Where delta is far above the residuals, the slope is the indicator of |r| <= delta. Where it is far below, the loss is
 * nearly absolute and hardly any residual but those fitted exactly lie within: the share of residuals, each over its scale,
 * is then counted within the Hall-Sheather bandwidth and scaled to delta, and given to the points by the indicator of a
 * window that holds half of them (Powell's kernel estimate, the window as wide as the point's scale).
 *
 * @param weights one a residual; those of weight 0 do not count
 * @param variables of the points, which the spread may vary with
 * @returns one a residual; all 0 where no residual lies near 0
 */
export function lossSlopes(
  loss: Loss,
  residual: Float64Array,
  weights: Float64Array,
  variables: readonly Float64Array[],
): Float64Array {
  if (loss.kind === "squared") return new Float64Array(residual.length).fill(1);
  const { delta, over, under } = shapeOf(loss);
  const side = (r: number): number => (r > 0 ? over : under);
  const scales = residualScales(residual, weights, variables);
  const counts = (_: number, i: number): boolean => weights[i]! > 0;
  const scaled = residual.map((r, i) => r / scales[i]!);
  const distance = scaled.map(Math.abs);
  const counted = weights.filter(counts);
  const shareWithin = cumulativeShare(distance.filter(counts), counted, counted);
  const slopeWithin = cumulativeShare(
    distance.filter(counts),
    weights.map((weight, i) => weight * side(residual[i]!)).filter(counts),
    counted,
  );
  const width = bandwidth(scaled.filter(counts), under / (over + under));
  const mean = (over + under) / 2;
  const narrowest = Math.max(width, quantile(distance.filter(counts).sort(), windowShare));
  return distance.map((from, i) => {
    const reach = delta / scales[i]!;
    if (reach >= narrowest) return from <= reach ? side(residual[i]!) : 0;
    // The slope of an absolute loss over delta, which a smaller delta does not change.
    const expected = isAbsolute(loss)
      ? (1 / scales[i]! / width) * shareWithin(width) * mean
      : reach < width
        ? (reach / width) * shareWithin(width) * mean
        : slopeWithin(reach);
    const near = from <= narrowest ? 1 / shareWithin(narrowest) : 0;
    return expected * ((1 - spreadAlone) * near + spreadAlone);
  });
}

/** The sum of what values have that are at most a number, over the sum of all weights. */
function cumulativeShare(
  values: Float64Array,
  parts: Float64Array,
  weights: Float64Array,
): (most: number) => number {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const sorted = Float64Array.from(order, (i) => values[i]!);
  const sums = new Float64Array(order.length + 1);
  let all = 0;
  order.forEach((i, k) => {
    sums[k + 1] = sums[k]! + parts[i]!;
    all += weights[i]!;
  });
  return (most) => {
    const { below, same } = countBelow(sorted, most);
    return sums[below + same]! / all;
  };
}

/** Half width around 0 of a kernel for the density of residuals at their quantile q, which is 0 (Hall & Sheather, 1988). */
function bandwidth(residual: Float64Array, q: number): number {
  const count = residual.length;
  const place = normalQuantile(q);
  const peak = normalDensity(place);
  const level =
    count ** (-1 / 3) *
    normalQuantile(1 - bandwidthLevel / 2) ** (2 / 3) *
    ((1.5 * peak * peak) / (2 * place * place + 1)) ** (1 / 3);
  const sorted = residual.toSorted();
  const quartiles = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / normalQuartiles;
  const centre = mean(residual);
  const deviation = Math.sqrt(
    residual.reduce((sum, r) => sum + (r - centre) ** 2, 0) / Math.max(1, count - 1),
  );
  // Few residuals give levels beyond 0 and 1; most of them then lie within.
  const reach = Math.min(level, 0.9 * Math.min(q, 1 - q));
  const half = (normalQuantile(q + reach) + normalQuantile(1 - q + reach)) / 2;
  return half * Math.min(deviation, quartiles);
}

/** A fit with its residuals and how they move with the parameters, at the solution. */
export interface LinearFit extends Fit {
  /** Run of each point, from 0; -1 for points of no run. */
  run: Int32Array;
  /** Times that each point was drawn: 1 but in replicates. */
  times: Float64Array;
  /** Weight of each point: the problem's, times how often it was drawn. */
  weights: Float64Array;
  /** Points that count, each as often as it was drawn. */
  points: number;
  /** prediction - response, or the difference of their logarithms; one a point. */
  residual: Float64Array;
  /** Derivative of each point's loss, without its weight: the residual, for Huber's loss cut at delta. */
  influence: Float64Array;
  /** Derivative of each residual by each parameter: parameters x points, those by the first parameter first. */
  design: Float64Array;
  /** Expected slope of each point's influence (`lossSlopes`). */
  slopes: Float64Array;
  /** Of the priors: points of no run whose variance is known, the square of the noise. */
  priors: readonly PriorResidual[];
}

/** Linearises a fit at its solution; the reason where it is not a minimum and cannot be linearised. */
export function linearise(fit: Fit): LinearFit | Unknown {
  const { problem } = fit;
  if (problem.training)
    return { reason: "it was trained for a number of steps: it is no minimum of the least squares" };
  const local = derivatives(fit);
  if ("reason" in local) return local;
  const { residual, weights } = local;
  const slopes = lossSlopes(problem.loss, residual, weights, problem.variables);
  if (!slopes.some((slope, i) => weights[i]! * slope > 0))
    return { reason: "no residual is near 0: the loss has no curvature" };
  return { ...local, slopes, priors: priorResiduals(problem, fit.parameters) };
}

/** Residuals, and how they move with the parameters, at any parameters. */
export function derivatives(fit: Fit): Omit<LinearFit, "slopes" | "priors"> | Unknown {
  const { problem, draws } = fit;
  const run = runOfPoints(fit);
  const times = new Float64Array(run.length).fill(1);
  if (draws !== undefined) {
    for (let i = 0; i < run.length; i++) if (run[i]! >= 0) times[i] = draws[run[i]!] ?? 1;
  }
  const weights =
    problem.weights === undefined ? times : times.map((count, i) => count * problem.weights![i]!);
  let points = 0;
  for (let i = 0; i < times.length; i++) if (weights[i]! > 0) points += times[i]!;
  const local = roomForDerivatives(problem);
  const unknown = derivativesAt(problem, fit.parameters, weights, local);
  return unknown ?? { ...fit, run, times, weights, points, ...local };
}

/** Residuals, and how they move with the parameters, as `LinearFit` has them. */
export type Derivatives = Pick<LinearFit, "residual" | "influence" | "design">;

/** Room for the derivatives of a problem. */
export function roomForDerivatives({ form, response }: Problem): Derivatives {
  const points = response.length;
  const design = new Float64Array(points * form.parameterNames.length);
  return { residual: new Float64Array(points), influence: new Float64Array(points), design };
}

/** Writes the derivatives at some parameters into room for them; the reason where they are not finite. */
export function derivativesAt(
  { form, variables, response, sigma, loss, residual: kind }: Problem,
  parameters: Float64Array,
  weights: Float64Array,
  { residual, influence, design }: Derivatives,
): Unknown | undefined {
  const points = response.length;
  const isPlain = kind === "plain" && sigma === undefined;
  const shape = shapeOf(loss);
  // The values first, which the residuals take the place of.
  form.gradientAt(parameters, variables, residual, design);
  let all = 0;
  for (let i = 0; i < points; i++) {
    const value = residual[i]!;
    const isCounted = weights[i]! > 0;
    const unit = sigma?.[i] ?? 1;
    const r = isCounted ? residualAt(kind, value, response[i]!) / unit : 0;
    if (!isCounted || !isPlain) {
      const by = residualUnit(kind, value, response[i]!) * unit;
      for (let at = i; at < design.length; at += points) design[at] = isCounted ? design[at]! / by : 0;
    }
    residual[i] = r;
    influence[i] = influenceAt(shape, r);
    all += r;
  }
  // What is not finite anywhere leaves no finite sum.
  all += sumOf(design);
  if (Number.isFinite(all)) return undefined;
  const place = residual.findIndex((r, i) => {
    let sum = r;
    for (let at = i; at < design.length; at += points) sum += design[at]!;
    return !Number.isFinite(sum);
  });
  if (place < 0) return undefined;
  return { reason: `form ${form.name} has no finite residual or slope at point ${place + 1}` };
}

/**
 * Variance of the influences, points taken as independent, over `left` degrees of freedom. With priors it is that by which they were
 * weighed: a prior that contradicts the points would make the residuals look noisier.
 */
export function influenceVariance(fit: LinearFit, left: number): number {
  const { influence, weights, priors, problem } = fit;
  if (priors.length > 0) return problem.noise! ** 2 * meanSlope(fit);
  return sumOfProducts(weights, influence, influence) / left;
}

/** Derivative of the priors' part of the objective by a parameter. */
export const priorPull = ({ priors }: Pick<LinearFit, "priors">, parameter: number): number =>
  priors.reduce(
    (sum, { parameter: p, residual, slope }) => (p === parameter ? sum + residual * slope : sum),
    0,
  );

/** Mean of the points' expected slopes. */
export function meanSlope({ slopes, weights }: Pick<LinearFit, "slopes" | "weights">): number {
  return dot(weights, slopes) / sumOf(weights);
}
