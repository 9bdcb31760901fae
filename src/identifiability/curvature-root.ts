import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { divide, dot, innerProducts, times } from "./columns.ts";
import type { Unknown } from "./fit.ts";
import { type LinearFit, meanSlope } from "./linearise.ts";

/** Singular values below this, relative to the largest, are nothing but rounding. */
const rounding = 1e-12;

/** Share in a direction up to which a parameter has no part in it. */
const shareOfRounding = 1e-6;

/** Share in a direction from which on a parameter is named as part of it. */
const partOfDirection = 0.3;

/**
 * A root K of the inverse of the objective's expected curvature by some parameters, K'K = (J'WMJ)^-1, square, M the expected
 * slopes of the loss. By singular values of the triangle of J with columns of unit length: parameters that are nearly in
 * line, as level and slope of a power law are, lose no digits.
 */
export function curvatureRoot(fit: LinearFit, parameters: readonly number[]): Matrix | Unknown {
  const names = parameters.map((p) => fit.problem.form.parameterNames[p]!);
  if (fit.points + fit.priors.length < names.length)
    return { reason: `${fit.points} points for ${names.length} parameters` };
  const columns = weightedColumns(fit, parameters, times(fit.weights, fit.slopes), 1);
  const lengths = toUnitLength(columns);
  const empty = lengths.findIndex((length) => !(length > 0));
  if (empty >= 0) return { reason: `no point depends on ${names[empty]} at the solution` };
  const { values, right } = singular(columns);
  const last = columns.length - 1;
  if (!(values[last]! > rounding * values[0]!)) {
    const flat = names.filter((_, c) => Math.abs(right.get(c, last)) > partOfDirection);
    return { reason: `the points do not tell ${flat.join(" and ")} apart` };
  }
  const root = right.transpose();
  for (let c = 0; c <= last; c++) root.mulRow(c, 1 / values[c]!);
  for (let c = 0; c <= last; c++) root.mulColumn(c, 1 / lengths[c]!);
  return root;
}

/** Divides columns by their lengths, which it returns; columns of zeros stay. */
function toUnitLength(columns: readonly Float64Array[]): number[] {
  return columns.map((column) => {
    const length = Math.sqrt(dot(column, column));
    if (length > 0) divide(column, length);
    return length;
  });
}

/**
 * As `curvatureRoot`, without the slopes, of the directions that the points tell; in any unit of the parameters the same. With the
 * parameters that take part in the other directions, of which there is no error.
 */
export function toldRoot(
  fit: Pick<LinearFit, "design" | "weights" | "slopes" | "priors">,
  parameters: readonly number[],
): { root: Matrix; untold: ReadonlySet<number> } {
  const columns = weightedColumns(fit, parameters, fit.weights);
  const lengths = toUnitLength(columns);
  const { values, right } = singular(columns);
  const isTold = values.map((value) => value > rounding * values[0]!);
  const root = right.transpose();
  for (let c = 0; c < columns.length; c++) {
    root.mulRow(c, isTold[c] ? 1 / values[c]! : 0);
    root.mulColumn(c, lengths[c]! > 0 ? 1 / lengths[c]! : 0);
  }
  const isPart = (_: number, c: number) =>
    isTold.some((told, d) => !told && Math.abs(right.get(c, d)) > shareOfRounding);
  return { root, untold: new Set(parameters.filter(isPart)) };
}

/**
 * As `curvatureRoot`, without the slopes, of the pseudoinverse that SciPy's curve_fit takes: directions that are all rounding
 * count as known.
 */
export function pseudoRoot(fit: LinearFit, parameters: readonly number[]): { root: Matrix } {
  const columns = weightedColumns(fit, parameters, fit.weights);
  const { values, right } = singular(columns);
  const smallest = Number.EPSILON * Math.max(fit.points, columns.length) * values[0]!;
  const root = right.transpose();
  for (let c = 0; c < columns.length; c++) root.mulRow(c, values[c]! > smallest ? 1 / values[c]! : 0);
  return { root };
}

/**
 * Columns of the design, each point times the root of its weight, and a row more for each prior.
 *
 * @param slope mean slope of the points' influences that their weights leave out, over which the priors' is then
 */
export function weightedColumns(
  fit: Pick<LinearFit, "design" | "weights" | "slopes" | "priors">,
  parameters: readonly number[],
  weights: Float64Array,
  slope = fit.priors.length > 0 ? meanSlope(fit) : 1,
): Float64Array[] {
  const { design, priors } = fit;
  const points = weights.length;
  const roots = new Float64Array(points);
  for (let i = 0; i < points; i++) roots[i] = Math.sqrt(weights[i]!);
  return parameters.map((p) => {
    const column = times(roots, design.subarray(p * points, (p + 1) * points));
    if (priors.length === 0) return column;
    const ofPriors = priors.map((prior) => (prior.parameter === p ? prior.slope / Math.sqrt(slope) : 0));
    return Float64Array.of(...column, ...ofPriors);
  });
}

/** Singular values, largest first, and right singular vectors of a matrix given by its columns, which are used up. */
export function singular(columns: readonly Float64Array[]): { values: number[]; right: Matrix } {
  const { diagonal, rightSingularVectors } = new SingularValueDecomposition(triangle(columns));
  return { values: diagonal, right: rightSingularVectors };
}

/**
 * The triangle R of a matrix that is far higher than wide, by modified Gram-Schmidt in place: as exact as Householder's, and a
 * replicate's thousand rows take a tenth of the library's time.
 */
function triangle(columns: readonly Float64Array[]): Matrix {
  const root = Matrix.zeros(columns.length, columns.length);
  columns.forEach((column, c) => {
    const length = Math.sqrt(dot(column, column));
    root.set(c, c, length);
    if (length === 0) return;
    divide(column, length);
    const others = columns.slice(c + 1);
    const shares = new Float64Array(others.length);
    innerProducts(column, others, others.length, shares, 0);
    others.forEach((other, k) => {
      const share = shares[k]!;
      root.set(c, c + 1 + k, share);
      for (let i = 0; i < column.length; i++) other[i]! -= share * column[i]!;
    });
  });
  return root;
}
