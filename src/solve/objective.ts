import type { Problem } from "./problem.ts";

/**
 * The objective of parameters, worked out from its definition without a kernel: sum over points of weight * loss(residual). NaN where
 * the form is not finite.
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

/** What a problem's form gives at its points, one a point. */
export function fittedValues({ form, variables, response }: Problem, parameters: Float64Array): Float64Array {
  const point = new Float64Array(variables.length);
  return response.map((_, q) => {
    for (let v = 0; v < point.length; v++) point[v] = variables[v]![q]!;
    return form.value(parameters, point);
  });
}
