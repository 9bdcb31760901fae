import type { Problem, Termination } from "./problem.ts";

/** Terminations by the kernels' codes (kernels/judge.hpp, kernels/train.hpp). */
export const terminations: readonly Termination[] = [
  "gradient",
  "objective",
  "iterations",
  "stalled",
  "undefined",
  "trained",
];

/** An objective this close to the best, relative, counts as the best basin. */
export const agreement = 1e-6;

/** As `agreement`, of trained problems: training ends near a minimum, not in it. */
export const trainedAgreement = 1e-2;

/** Objective of a perfect fit, below which there is nothing but the data's rounding. */
export function roundingNoise({ residual, response }: Problem): number {
  const scale = residual === "log" ? 1 : response.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
  return 0.5 * response.length * (1e-13 * scale) ** 2;
}

/**
 * Number of starts that reached the best basin. A perfect fit's objective is rounding noise, in which relative
 * differences mean nothing: below the noise of the data, all agree.
 *
 * @param objective of every start
 * @param best the lowest of them, or what polishing made of it
 */
export function agreeingStarts(problem: Problem, objective: Float64Array, best: number): number {
  const limit = agreeingObjective(problem, best);
  let count = 0;
  for (const value of objective) if (value <= limit) ++count;
  return count;
}

/** The largest objective that counts as the best one's basin. */
export function agreeingObjective(problem: Problem, best: number): number {
  return Math.max(best * (1 + (problem.training ? trainedAgreement : agreement)), roundingNoise(problem));
}
