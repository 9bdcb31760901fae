import type { StartRange } from "../forms/form.ts";
import type { Problem } from "./problem.ts";

/** Bounds in the user's coordinates, the form's where the problem has none of its own. */
export function boundsOf({
  form,
  lower = form.lower,
  upper = form.upper,
}: Pick<Problem, "form" | "lower" | "upper">): {
  lower: Float64Array;
  upper: Float64Array;
} {
  return { lower, upper };
}

/** The part of an interval of starts that lies within bounds; where none does, the box itself or its finite end. */
export function startWithin([low, high]: StartRange, lower: number, upper: number): StartRange {
  if (low <= upper && high >= lower) return [Math.max(low, lower), Math.min(high, upper)];
  if (Number.isFinite(lower) && Number.isFinite(upper)) return [lower, upper];
  return high < lower ? [lower, lower + (high - low)] : [upper - (high - low), upper];
}

/** Number of parameters that equal bounds do not fix. */
export function freeParameters(problem: Pick<Problem, "form" | "lower" | "upper">): number {
  const { lower, upper } = boundsOf(problem);
  return problem.form.parameterNames.filter((_, p) => lower[p]! < upper[p]!).length;
}
