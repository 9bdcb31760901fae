import type { PointRuns } from "../methods/method.ts";
import { boundsOf, type Problem } from "../solve/problem.ts";

/** A problem, its solution and the runs that its points are of. */
export interface Fit {
  problem: Problem;
  /** Solution, in the user's coordinates. */
  parameters: Float64Array;
  runs: PointRuns;
  /**
   * Of a replicate: how often each run was drawn. Points of a run that was not drawn do not count; one drawn twice counts
   * as two runs. @default 1 each
   */
  draws?: ArrayLike<number>;
}

/** Why something is not known: a value, never an exception. */
export interface Unknown {
  reason: string;
}

/**
 * What the standard errors of a fit rest on: known errors of the responses; the residuals, points taken as independent with one spread;
 * or the residuals, runs taken as independent (the sandwich), where runs have several points.
 */
export type ErrorBasis = "sigma" | "points" | "runs";

/** Whether residuals are over the known standard errors of the responses, so that their squares are a chi-square. */
export function hasKnownSigma({ problem, runs }: Pick<Fit, "problem" | "runs">): boolean {
  return runs.hasKnownErrors === true && problem.loss.kind === "squared";
}

/** Where a parameter of a solution stands. */
export type Standing = "free" | "at-bound" | "fixed";

/** Where each parameter stands; equal bounds fix one. */
export function standings({ problem, parameters }: Pick<Fit, "problem" | "parameters">): Standing[] {
  const { lower, upper } = boundsOf(problem);
  return Array.from(parameters, (value, p): Standing => {
    if (lower[p] === upper[p]) return "fixed";
    return value > lower[p]! && value < upper[p]! ? "free" : "at-bound";
  });
}

/** Numbers of the parameters that stand so. */
export function standingAs(all: readonly Standing[], ...wanted: readonly Standing[]): number[] {
  return all.flatMap((standing, p) => (wanted.includes(standing) ? [p] : []));
}

/** Run of each point, from 0; -1 for points of no run. */
export function runOfPoints({ problem, runs }: Pick<Fit, "problem" | "runs">): Int32Array {
  const run = new Int32Array(problem.response.length).fill(-1);
  let first = 0;
  runs.runLengths.forEach((length, r) => {
    run.fill(r, first, first + length);
    first += length;
  });
  return run;
}
