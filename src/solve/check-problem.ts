import { boundsOf } from "./bounds.ts";
import { checkTraining, whyUntrainable } from "./check-training.ts";
import type { Problem } from "./problem.ts";

/**
 * Most parameters of least squares: the matrix of a step, and all second derivatives of sixteen points, are in a thread's
 * memory, and the kernel's text grows with the cube.
 */
export const mostSolvedParameters = 64;

/**
 * Why a problem cannot be solved, in a sentence for `problems_skipped`; undefined where it can.
 * @throws UserError for an option of its training that is out of range
 */
export function whyUnsolvable(problem: Problem): string | undefined {
  const { form, variables, response, weights, loss, training } = problem;
  checkTraining(problem);
  const untrainable = whyUntrainable(problem);
  if (untrainable) return untrainable;
  if (!training && form.parameterNames.length > mostSolvedParameters) {
    return (
      `form ${form.name} has ${form.parameterNames.length} parameters; least squares takes at most ` +
      `${mostSolvedParameters}, training any number`
    );
  }
  const { lower, upper } = boundsOf(problem);
  const names = form.parameterNames;
  const badBound = names.findIndex((_, i) => !(lower[i]! <= upper[i]!));
  if (badBound >= 0) {
    return `bounds of ${names[badBound]} are the wrong way round: lower ${lower[badBound]}, upper ${upper[badBound]}`;
  }
  if (variables.length !== form.variableNames.length) {
    return `form ${form.name} takes ${form.variableNames.length} variables (${form.variableNames.join(", ")}), not ${variables.length}`;
  }
  const uneven = variables.findIndex((variable) => variable.length !== response.length);
  if (uneven >= 0) {
    return `${form.variableNames[uneven]} has ${variables[uneven]!.length} values for ${response.length} points`;
  }
  const range = problem.startRange;
  if (range && range.length !== names.length)
    return `${range.length} start ranges for ${names.length} parameters`;
  const start = problem.givenStarts?.find((given) => given.length !== names.length);
  if (start) return `a given start has ${start.length} values for ${names.length} parameters`;
  if (loss.kind === "huber" && !(loss.delta > 0))
    return `delta of the Huber loss is ${loss.delta}; it must be > 0`;
  if (response.length === 0) return "no points";
  const free = names.filter((_, i) => lower[i]! < upper[i]!).length;
  const used = weights ? weights.reduce((count, w) => count + (w > 0 ? 1 : 0), 0) : response.length;
  // Training with a decay of the weights needs no more points than that.
  if (!training && used < free) return `${used} points for ${free} free parameters of form ${form.name}`;
  if (training && used === 0) return "every point has weight 0";
  if (weights) {
    if (weights.length !== response.length) return `${weights.length} weights for ${response.length} points`;
    const bad = weights.findIndex((w) => !(w >= 0 && Number.isFinite(w)));
    if (bad >= 0) return `weight ${weights[bad]} at point ${bad + 1}; weights are finite and not negative`;
  }
  for (let i = 0; i < response.length; ++i) {
    const y = response[i]!;
    if (!Number.isFinite(y)) return `response ${y} at point ${i + 1} is not finite`;
    if (problem.residual === "log" && y <= 0)
      return `response ${y} at point ${i + 1}: its logarithm is taken, so it must be > 0`;
  }
  const point = new Float64Array(variables.length);
  const columns = new Float64Array(form.columns.length);
  for (let i = 0; i < response.length; ++i) {
    variables.forEach((variable, v) => {
      point[v] = variable[i]!;
    });
    form.columnValues(point, columns);
    if (!columns.every(Number.isFinite)) {
      const at = form.variableNames.map((name, v) => `${name} = ${point[v]}`).join(", ");
      return `form ${form.name} is not defined at point ${i + 1} (${at})`;
    }
  }
  return undefined;
}
