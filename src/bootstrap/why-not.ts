import { isConstant } from "./degenerate.ts";
import type { Scheme, SchemeOptions } from "./scheme.ts";
import type { StagePoints } from "./stage-points.ts";

/** Why the points of a stage cannot be resampled, in a sentence; undefined where they can. */
export function whyNotResampled(
  points: StagePoints,
  scheme: Scheme,
  options: SchemeOptions,
): string | undefined {
  const { problem, measuredRuns } = points;
  if (measuredRuns < scheme.fewestRuns) {
    const those = measuredRuns === 1 ? "1 run" : `${measuredRuns} runs`;
    return `${those} to draw from; scheme ${scheme.name} needs at least ${scheme.fewestRuns}`;
  }
  const constant = problem.variables.findIndex((variable) => isConstant(variable));
  if (constant >= 0) {
    const name = problem.form.variableNames[constant];
    return `${name} is ${problem.variables[constant]![0]} at all ${points.points} points: the fit does not tell what it does`;
  }
  if (isConstant(problem.response)) {
    return `the response is ${problem.response[0]} at all ${points.points} points: there is nothing to resample`;
  }
  return scheme.refuse?.(points, options);
}
