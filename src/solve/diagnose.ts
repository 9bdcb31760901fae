import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { residualUnit } from "./loss.ts";
import { priorResiduals } from "./priors.ts";
import { boundsOf, type Problem, type Solution } from "./problem.ts";

/** The condition number above which a minimum is a flat valley. */
export const flatCondition = 1e10;

/**
 * Part of the objective below which a parameter is idle: a change by its own size changes no more. Where one is, the objective is a
 * plateau, and that ends agree is no evidence of a minimum. Real minima have more than 1e-5, plateaus (the steepness of a link that has
 * become a corner) less than 1e-16.
 */
const idleSway = 1e-8;

/** Shape of the objective at a solution. */
interface Curvature extends Pick<Solution, "conditionNumber" | "flatDirection"> {
  /** Whether a parameter that no bound holds is idle. */
  isPlateau: boolean;
}

/** Names of the parameters on a bound, with the side. A parameter with equal bounds is fixed and not active. */
export function activeBounds(problem: Problem, parameters: Float64Array): Solution["activeBounds"] {
  const { lower, upper } = boundsOf(problem);
  return problem.form.parameterNames.flatMap((parameter, i): Solution["activeBounds"] => {
    if (lower[i] === upper[i]) return [];
    if (parameters[i]! <= lower[i]!) return [{ parameter, side: "lower" }];
    if (parameters[i]! >= upper[i]!) return [{ parameter, side: "upper" }];
    return [];
  });
}

/**
 * Condition number of the Gauss-Newton matrix at a solution, and the parameters of its flattest direction if it is flat. The matrix
 * is that of the parameters that no bound holds, in centred coordinates and with columns of unit length.
 *
 * @param objective at the solution, in the units of the problem
 */
export function curvature(problem: Problem, parameters: Float64Array, objective: number): Curvature {
  const { form, variables, response, weights } = problem;
  const { lower, upper } = boundsOf(problem);
  const free = form.parameterNames.flatMap((_, i) =>
    parameters[i]! > lower[i]! && parameters[i]! < upper[i]! ? [i] : [],
  );
  if (free.length === 0) return { conditionNumber: 1, flatDirection: [], isPlateau: false };
  const size = free.length;
  const products = new Float64Array(size * size);
  const points = response.length;
  const [values, scaled, slopes] = roomFor(points, parameters.length);
  form.gradientAt(parameters, variables, values, slopes);
  // In centred coordinates a slope moves its level along, so that the exponent at the centre stays the same.
  const columns = form.columnsAt(variables, points);
  for (const term of form.logTerms) {
    for (const { parameter, column, sign } of term.slopes) {
      const by = term.levelSign * sign * meanShare(columns[column]!);
      const [own, ofLevel] = [parameter * points, term.level * points];
      for (let i = 0; i < points; ++i) slopes[own + i]! -= by * slopes[ofLevel + i]!;
    }
  }
  const scale = values;
  for (let i = 0; i < points; ++i) {
    const unit = residualUnit(problem.residual, values[i]!, response[i]!) * (problem.sigma?.[i] ?? 1);
    scale[i] = Math.sqrt(weights?.[i] ?? 1) / unit;
  }
  for (let a = 0; a < size; ++a) {
    const first = free[a]! * points;
    for (let i = 0; i < points; ++i) scaled[i] = slopes[first + i]! * scale[i]!;
    // Two at a time: an addition has to wait for the one before it, and that of the other sum fills the wait.
    for (let b = 0; b <= a; b += 2) {
      const [one, other] = [free[b]! * points, free[Math.min(b + 1, a)]! * points];
      let ofOne = 0;
      let ofOther = 0;
      for (let i = 0; i < points; ++i) {
        ofOne += scaled[i]! * slopes[one + i]! * scale[i]!;
        ofOther += scaled[i]! * slopes[other + i]! * scale[i]!;
      }
      products[a * size + b] = ofOne;
      if (b < a) products[a * size + b + 1] = ofOther;
    }
  }
  // A prior's row has its own parameter alone; in centred coordinates a level's has the slopes that move the level along.
  for (const { parameter, slope } of priorResiduals(problem, parameters)) {
    const row = new Float64Array(parameters.length);
    row[parameter] = slope;
    for (const term of form.logTerms) {
      for (const { parameter: moved, column, sign } of term.slopes)
        row[moved]! -= term.levelSign * sign * meanShare(columns[column]!) * row[term.level]!;
    }
    for (let a = 0; a < size; ++a)
      for (let b = 0; b <= a; ++b) products[a * size + b]! += row[free[a]!]! * row[free[b]!]!;
  }
  const norms = free.map((_, a) => Math.sqrt(products[a * size + a]!));
  const isPlateau = free.some((p, a) => {
    const sway = (norms[a]! * parameters[p]!) ** 2;
    return parameters[p] !== 0 && sway < idleSway * objective;
  });
  if (norms.some((norm) => !(norm > 0 && Number.isFinite(norm)))) {
    return {
      isPlateau,
      conditionNumber: Infinity,
      flatDirection: free.filter((_, j) => !(norms[j]! > 0)).map((p) => form.parameterNames[p]!),
    };
  }
  const gram = new Matrix(size, size);
  for (let a = 0; a < size; ++a) {
    for (let b = 0; b <= a; ++b) {
      const cosine = products[a * size + b]! / (norms[a]! * norms[b]!);
      gram.set(a, b, cosine);
      gram.set(b, a, cosine);
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  const order = realEigenvalues.map((value, k) => ({ value, k })).sort((x, y) => x.value - y.value);
  const smallest = order[0]!;
  const conditionNumber = smallest.value > 0 ? order.at(-1)!.value / smallest.value : Infinity;
  const flattest = eigenvectorMatrix.getColumn(smallest.k);
  const flatDirection =
    conditionNumber > flatCondition
      ? free.filter((_, j) => Math.abs(flattest[j]!) > 0.3).map((p) => form.parameterNames[p]!)
      : [];
  return { conditionNumber, flatDirection, isPlateau };
}

let room = new Float64Array(0);

/** Room for two numbers a point, and for one of each parameter, in use until the next call: arrays of every fit would be garbage at once. */
function roomFor(points: number, parameters: number): [Float64Array, Float64Array, Float64Array] {
  const numbers = (2 + parameters) * points;
  if (room.length < numbers) room = new Float64Array(numbers);
  return [room.subarray(0, points), room.subarray(points, 2 * points), room.subarray(2 * points, numbers)];
}

/** Mean of numbers, as the sum of their shares. */
function meanShare(numbers: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; ++i) sum += numbers[i]! / numbers.length;
  return sum;
}
