import type { Problem, StartResults, Termination } from "./problem.ts";

/** Terminations by the kernels' codes (kernels/judge.hpp). */
export const terminations: readonly Termination[] = [
  "gradient",
  "objective",
  "iterations",
  "stalled",
  "undefined",
];

/** An objective this close to the best, relative, counts as the best basin. */
export const agreement = 1e-6;

/** The start with the lowest objective (the first of equals), or -1 where none has a defined one. */
export function bestStart({ objective, termination }: StartResults): number {
  let best = -1;
  for (let s = 0; s < objective.length; ++s) {
    if (terminations[termination[s]!] === "undefined") continue;
    if (best < 0 || objective[s]! < objective[best]!) best = s;
  }
  return best;
}

/**
 * Number of starts that reached the best basin. A perfect fit's objective is rounding noise, in which relative
 * differences mean nothing: below the noise of the data, all agree.
 */
export function agreeingStarts(problem: Problem, { objective }: StartResults, best: number): number {
  const scale =
    problem.residual === "log" ? 1 : problem.response.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
  const noise = 0.5 * problem.response.length * (1e-13 * scale) ** 2;
  const limit = Math.max(objective[best]! * (1 + agreement), noise);
  return objective.reduce((count, value) => count + (value <= limit ? 1 : 0), 0);
}
