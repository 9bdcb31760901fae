import type { LeftOutPoints } from "../methods/method.ts";
import { fittedValues } from "../solve/objective.ts";
import type { Problem } from "../solve/problem.ts";
import { mean } from "../statistics.ts";

/** `3 at chance, 1 not improved`; null where nothing is. */
export function describeLeftOut(leftOut: readonly LeftOutPoints[]): string | null {
  return leftOut.length === 0 ? null : leftOut.map(({ reason, points }) => `${points} ${reason}`).join(", ");
}

/**
 * 1 - sum of the squared residuals / sum of the squared deviations of the response from its mean, both of logarithms
 * where the residuals are. NaN where the response is the same at all points.
 */
export function rSquared(problem: Problem, parameters: Float64Array): number {
  const unit = problem.residual === "log" ? Math.log : (value: number) => value;
  const values = problem.response.map(unit);
  // Their mean may be off by rounding, which deviations would be made of.
  if (values.every((value) => value === values[0])) return Number.NaN;
  const fitted = fittedValues(problem, parameters).map(unit);
  const centre = mean(values);
  const residuals = values.reduce((sum, value, i) => sum + (fitted[i]! - value) ** 2, 0);
  const deviations = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return 1 - residuals / deviations;
}

/** Mean of |prediction - response| / |response| over the points whose response is not 0. */
export function meanAbsRelError(problem: Problem, parameters: Float64Array): number {
  const fitted = fittedValues(problem, parameters);
  const errors = problem.response
    .map((y, i) => Math.abs((fitted[i]! - y) / y))
    .filter((_, i) => problem.response[i] !== 0);
  return mean(errors);
}
