import type { Problem } from "./problem.ts";

/** What a problem's form gives at its points, one a point. */
export function fittedValues({ form, variables, response }: Problem, parameters: Float64Array): Float64Array {
  const point = new Float64Array(variables.length);
  return response.map((_, q) => {
    for (let v = 0; v < point.length; v++) point[v] = variables[v]![q]!;
    return form.value(parameters, point);
  });
}
