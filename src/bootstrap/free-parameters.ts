import { boundsOf } from "../solve/bounds.ts";
import type { Problem } from "../solve/problem.ts";

/** Number of parameters that equal bounds do not fix. */
export function freeParameters(problem: Problem): number {
  const { lower, upper } = boundsOf(problem);
  return problem.form.parameterNames.filter((_, p) => lower[p]! < upper[p]!).length;
}
