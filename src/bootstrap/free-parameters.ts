import { boundsOf } from "../solve/pack.ts";
import type { Problem } from "../solve/problem.ts";

/** Number of parameters that equal bounds do not fix. */
export function freeParameters(problem: Problem): number {
  const { lower, upper } = boundsOf(problem);
  return problem.form.parameterNames.filter((_, p) => lower[p]! < upper[p]!).length;
}
