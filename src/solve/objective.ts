import type { Problem } from "./problem.ts";

/**
 * The objective at given parameters, computed from its definition and without a kernel: the sum over points of
 * weight * loss(residual). NaN where the form is not finite.
 */
export function objectiveOf(problem: Problem, parameters: Float64Array): number {
  const { response, weights, loss, residual } = problem;
  let sum = 0;
  fittedValues(problem, parameters).forEach((value, i) => {
    const weight = weights?.[i] ?? 1;
    if (weight === 0) return;
    const size = Math.abs(
      residual === "log" ? Math.log(value) - Math.log(response[i]!) : value - response[i]!,
    );
    const isFar = loss.kind === "huber" && size > loss.delta;
    sum += weight * (isFar ? loss.delta * (size - loss.delta / 2) : (size * size) / 2);
  });
  return sum;
}

/** The values of a problem's form at its points, one a point. */
export function fittedValues({ form, variables, response }: Problem, parameters: Float64Array): Float64Array {
  const point = new Float64Array(variables.length);
  return response.map((_, q) => {
    for (let v = 0; v < point.length; v++) point[v] = variables[v]![q]!;
    return form.value(parameters, point);
  });
}

/** Relative difference within which an objective counts as the best one's minimum. */
export const agreement = 1e-6;

/** The same for trained problems: training ends near a minimum and not in it. */
const trainedAgreement = 1e-2;

/** Objective of a fit that is exact up to the rounding of its data: differences below it mean nothing. */
export function roundingNoise({ residual, response }: Problem): number {
  const scale = residual === "log" ? 1 : response.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
  return 0.5 * response.length * (1e-13 * scale) ** 2;
}

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
