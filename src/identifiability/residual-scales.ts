import { Matrix, pseudoInverse } from "ml-matrix";
import { dot } from "./curvature-root.ts";

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
export function residualScales(
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
  let misfit = new Float64Array(counts.length);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const spread = logSpread(terms, slopes, counts.length);
    misfit = spread.map((log, k) => share[k]! * (roots[k]! / Math.exp(level + log) - 1));
    const pull = Matrix.columnVector(terms.map((term) => dot(term, misfit)));
    const step = [misfit.reduce((sum, one) => sum + one, 0), ...inverse.mmul(pull).to1DArray()];
    // A step of more than 1 changes a spread by more than its size.
    const damped = Math.min(1, 1 / Math.max(...step.map(Math.abs)));
    level += damped * step[0]!;
    slopes = slopes.map((slope, c) => slope + damped * step[c + 1]!);
    if (Math.max(...step.map(Math.abs)) < rounding) break;
  }
  const spread = logSpread(terms, slopes, counts.length);
  const rank = Math.round(inverse.mmul(correlations).trace());
  const variance =
    misfit.reduce((sum, one, k) => sum + (one * one) / share[k]!, 0) / (1 - (1 + rank) / counts.length);
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
  const own = Float64Array.from(counts, (i) => weights[i]!);
  const all = own.reduce((sum, weight) => sum + weight, 0);
  return own.map((weight) => weight / all);
}

/** The variables that vary, and their squares and products where there are points enough; of mean 0 and variance 1. */
function termsOf(
  variables: readonly Float64Array[],
  counts: Uint32Array,
  share: Float64Array,
): Float64Array[] {
  const first = variables.flatMap((variable) => {
    const values = Float64Array.from(counts, (i) => variable[i]!);
    return standardised(values.every((value) => value > 0) ? values.map(Math.log) : values, share);
  });
  const second = first.flatMap((a, c) => first.slice(c).flatMap((b) => standardised(times(a, b), share)));
  const enough = (terms: number): boolean => counts.length >= pointsPerTerm * terms;
  if (enough(first.length + second.length)) return [...first, ...second];
  return enough(first.length) ? first : [];
}

/** None where the values do not vary. */
function standardised(values: Float64Array, share: Float64Array): Float64Array[] {
  const mean = dot(values, share);
  const centred = values.map((value) => value - mean);
  const deviation = Math.sqrt(dot(centred, times(centred, share)));
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return deviation > rounding * largest ? [centred.map((value) => value / deviation)] : [];
}

/** Departures of the points' logarithms from the level. */
function logSpread(
  terms: readonly Float64Array[],
  slopes: readonly number[],
  points: number,
): Float64Array<ArrayBuffer> {
  const spread = new Float64Array(points);
  terms.forEach((term, c) => {
    for (let k = 0; k < points; k++) spread[k]! += slopes[c]! * term[k]!;
  });
  return spread;
}

function times(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value * b[i]!);
}
