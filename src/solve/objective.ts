import { getOrInsert } from "../collections.ts";
import { isAbsolute, lossAt, residualAt, residualSize, shapeOf } from "./loss.ts";
import { penaltyAt } from "./priors.ts";
import type { Problem } from "./problem.ts";

/**
 * The objective at given parameters, computed from its definition and without a kernel: the sum over points of
 * weight * loss(residual), and what priors add. NaN where the form is not finite.
 *
 * @param most beyond it the sum is not added up to its end, and is only known to be larger. @default it always is
 */
export function objectiveOf(
  problem: Problem,
  parameters: Float64Array,
  most = Number.POSITIVE_INFINITY,
): number {
  const { form, variables, response, weights, sigma, residual } = problem;
  const values = roomFor(response.length);
  let sum = problem.priors === undefined ? 0 : penaltyAt(problem, parameters);
  form.valueAt(parameters, variables, values, (from, to) => {
    for (let i = from; i < to; i++) {
      // The form need not be finite at a point that does not count.
      const isCounted = weights === undefined || weights[i] !== 0;
      const r = isCounted ? residualAt(residual, values[i]!, response[i]!) : 0;
      values[i] = sigma === undefined ? r : r / sigma[i]!;
    }
    sum = withLosses(sum, problem, values, from, to);
    return !(sum <= most);
  });
  return sum;
}

/** The same from the residual of each point, over its sigma; points of weight 0 have residual 0. */
export function objectiveOfResiduals(
  problem: Problem,
  parameters: Float64Array,
  residual: Float64Array,
): number {
  const penalty = problem.priors === undefined ? 0 : penaltyAt(problem, parameters);
  return withLosses(penalty, problem, residual, 0, residual.length);
}

/** A sum with the losses of points `from` to `to`, the last one left out. */
function withLosses(
  sum: number,
  { weights, loss }: Problem,
  residual: Float64Array,
  from: number,
  to: number,
): number {
  const shape = shapeOf(loss);
  for (let i = from; i < to; i++) {
    const loss = lossAt(shape, residual[i]!);
    sum += weights === undefined ? loss : weights[i]! * loss;
  }
  return sum;
}

let room = new Float64Array(0);

/** Room for one number a point, in use until the next call: an objective is worked out for many parameters. */
function roomFor(points: number): Float64Array {
  if (room.length < points) room = new Float64Array(2 * points);
  return room.subarray(0, points);
}

/** The values of a problem's form at its points, one a point. */
export function fittedValues({ form, variables, response }: Problem, parameters: Float64Array): Float64Array {
  const values = new Float64Array(response.length);
  form.valueAt(parameters, variables, values);
  return values;
}

/** Relative difference within which an objective counts as the best one's minimum. */
export const agreement = 1e-6;

/** The same for trained problems: training ends near a minimum and not in it. */
const trainedAgreement = 1e-2;

/** Objective of a fit that is exact up to the rounding of its data: differences below it mean nothing. */
export function roundingNoise(problem: Problem): number {
  return getOrInsert(noises, problem, () => {
    const rounding = 1e-13 * residualSize(problem);
    return problem.response.length * (isAbsolute(problem.loss) ? rounding : 0.5 * rounding ** 2);
  });
}

/** A search asks for it after every start. */
const noises = new WeakMap<Problem, number>();

/**
 * Number of starts that reached the best minimum, or an objective below the rounding noise of the data.
 *
 * @param objective of every start
 * @param best the lowest of them, or the lower one that polishing reached
 */
export function agreeingStarts(problem: Problem, objective: Float64Array, best: number): number {
  const limit = agreeingObjective(problem, best);
  let count = 0;
  for (const value of objective) if (value <= limit) ++count;
  return count;
}

/** The largest objective that counts as the best one's minimum. */
export function agreeingObjective(problem: Problem, best: number): number {
  return Math.max(best * (1 + (problem.training ? trainedAgreement : agreement)), roundingNoise(problem));
}
