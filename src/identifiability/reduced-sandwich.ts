import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { curvatureRoot } from "./curvature-root.ts";
import { standingAs, standings, type Unknown } from "./fit.ts";
import type { LinearFit } from "./linearise.ts";
import { partsOfPriors, type Spread, unitsOf } from "./spread.ts";

/** A share of a run's own residuals in its fitted values from which on it has none left: the direction is the run's alone. */
const ALONE = 1 - 1e-8;

/**
 * The sandwich of runs without the bias of few or influential runs: each run's gradient is multiplied by (I - S)^-1/2, S being the run's share
 * of the curvature, so that the sandwich has the right mean where points are independent (CR2; Bell & McCaffrey, 2002). Degrees of freedom are
 * those of the chi-square of the same mean and variance, of each direction of the parameters its own (Pustejovsky & Tipton, 2018): a
 * slope that rests on the three largest runs has few, whatever the number of runs.
 */
export function reducedSandwich(fit: LinearFit): Spread | Unknown {
  const columns = standingAs(standings(fit), "free");
  const size = columns.length;
  if (size === 0) return { reason: "every parameter is fixed or on a bound" };
  const root = curvatureRoot(fit, columns);
  if ("reason" in root) return root;
  const left = fit.points + fit.priors.length - size;
  if (left <= 0) return { reason: `${fit.points} points for ${size} free parameters leave no residuals` };
  const { gradients, times, runs } = unitsOf(fit, columns, "runs");
  if (times.length < 2) return { reason: "fewer than two runs" };
  const shares = sharesOf(fit, columns, root, runs);
  const width = fit.parameters.length;
  const ofPriors = partsOfPriors(fit, columns, Float64Array.from(root.to1DArray()));
  const parts = new Float64Array(times.length * width + ofPriors.rows.length);
  parts.set(ofPriors.rows, times.length * width);
  shares.forEach(({ correction }, u) => {
    const along = root.mmul(Matrix.columnVector(gradients.subarray(u * size, (u + 1) * size)));
    const part = root.transpose().mmul(correction.mmul(along));
    for (let c = 0; c < size; c++) parts[u * width + columns[c]!] = part.get(c, 0);
  });
  return {
    ...{ parts, width, runs: [...Array.from(runs, (run) => fit.runs.runs[run]!), ...ofPriors.names] },
    freedom: Math.min(times.length - 1, left),
    freedomOf(along) {
      const direction = root.mmul(Matrix.columnVector(columns.map((p) => along[p]!)));
      return freedomOf(shares, direction, knownVariance(fit, columns, root, direction));
    },
  };
}

/** A run's share S of the curvature, in directions in which the whole is I. */
interface Share {
  /** (I - S)^-1/2. */
  correction: Matrix;
  /** S (I - S)^-1/2 and S (I - S)^-1. */
  once: Matrix;
  twice: Matrix;
}

/** @param runs that have points, in their order */
function sharesOf(fit: LinearFit, columns: readonly number[], root: Matrix, runs: Int32Array): Share[] {
  const { design, run, weights, slopes } = fit;
  const points = run.length;
  const place = new Map(Array.from(runs, (name, u) => [name, u]));
  const squares = Array.from(runs, () => Matrix.zeros(columns.length, columns.length));
  for (let i = 0; i < points; i++) {
    const square = squares[place.get(run[i]!) ?? -1];
    if (square === undefined || !(weights[i]! > 0)) continue;
    const row = Matrix.rowVector(columns.map((p) => design[p * points + i]!));
    square.add(
      row
        .transpose()
        .mmul(row)
        .mul(weights[i]! * slopes[i]!),
    );
  }
  return squares.map((square) => {
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
      root.mmul(square).mmul(root.transpose()),
      { assumeSymmetric: true },
    );
    const of = (change: (share: number, left: number) => number): Matrix => {
      // What is a run's alone has no residual, and adds nothing.
      const changed = realEigenvalues.map((share) =>
        share > ALONE ? 0 : change(Math.max(0, share), 1 - Math.max(0, share)),
      );
      return eigenvectorMatrix.mmul(Matrix.diag(changed)).mmul(eigenvectorMatrix.transpose());
    };
    return {
      correction: of((_, left) => 1 / Math.sqrt(left)),
      once: of((share, left) => share / Math.sqrt(left)),
      twice: of((share, left) => share / left),
    };
  });
}

/** The priors' part of the variance in a direction, in units of the noise. */
function knownVariance(
  { priors }: LinearFit,
  columns: readonly number[],
  root: Matrix,
  direction: Matrix,
): number {
  return priors.reduce((sum, { parameter, slope }) => {
    const own = columns.indexOf(parameter);
    return own < 0 ? sum : sum + (slope * direction.dot(root.getColumnVector(own))) ** 2;
  }, 0);
}

/**
 * Degrees of freedom of the variance in a direction, by its mean and variance where points are independent.
 *
 * @param known the part of it that is not estimated
 */
function freedomOf(shares: readonly Share[], direction: Matrix, known: number): number {
  // The variance is that of M = diag(own) - V V', a row of V for each run.
  let [trace, squares] = [0, 0];
  const inner = Matrix.zeros(direction.rows, direction.rows);
  for (const { once, twice } of shares) {
    const own = direction.dot(twice.mmul(direction));
    const row = once.mmul(direction);
    const length = row.dot(row);
    trace += own - length;
    squares += own * own - 2 * own * length;
    inner.add(row.mmul(row.transpose()));
  }
  squares += inner.dot(inner);
  return trace > 0 && squares > 0 ? (trace + known) ** 2 / squares : Number.NaN;
}
