import type { SolutionRows } from "../methods/method.ts";
import type { Backend } from "../solve/kernel.ts";
import { countLostTerms } from "../solve/lost-terms.ts";
import { type Replicates, solveReplicatesOn } from "../solve/resample.ts";
import type { Resampling } from "../solve/resampling.ts";
import { solveProblemsOn } from "../solve/solve.ts";
import { degenerateReplicates } from "./degenerate.ts";
import type { StageUse } from "./plan-bootstrap.ts";
import type { StagePoints } from "./population.ts";
import { residualsOf, withResiduals } from "./residuals.ts";
import { firstPoints } from "./schemes.ts";
import type { Bootstrap } from "./spec.ts";

/** The replicates of a stage's problem. Those that are left out have the code of the reason (`degenerateReasons`). */
export interface StageReplicates extends SolutionRows {
  /** Replicates in which a random start found a lower objective than the fit of the data as a start, by 1e-9 or more. */
  freshWins: number;
  /** Replicates in which a term of the form is lost (`countLostTerms`). */
  lostTerms: number;
}

/** Parameters of a stage with one run left out, by the run's number; undefined if that fit has no solution. */
export type LeftOut = readonly (Float64Array | undefined)[];

/** A stage made ready to be resampled. */
export interface StageResampling {
  /** Its problem has the fit of the data as its given start. */
  points: StagePoints;
  resampling: Resampling;
  drawsRuns: boolean;
}

/** What is drawn from the points of a stage, and the problem that is solved for each draw. */
export function resamplingOf(
  { points, solution: { parameters }, population }: Pick<StageUse, "points" | "solution" | "population">,
  { scheme, blockLength }: Pick<Bootstrap, "scheme" | "blockLength">,
): StageResampling {
  const draw = scheme.draw(points, () => residualsOf(points.problem, parameters, points), { blockLength });
  const { problem } = points;
  // The kernels move responses by another residual less the point's own: made larger, they belong to other responses.
  const posed =
    "residual" in draw
      ? withResiduals(problem, parameters, draw.residual, points.points - points.fixedPoints)
      : problem;
  return {
    points: { ...points, problem: { ...posed, givenStarts: [parameters] } },
    resampling: { population: population.name, draw },
    drawsRuns: scheme.drawsRuns,
  };
}

/** How often a stage is resampled, and the random starts of each fit beside the fit of the data. */
export interface ResampleOptions {
  resamples: number;
  freshStarts: number;
  seed: number;
}

/** Solves the replicates of a stage, from the fit of the data and from random starts. */
export async function resampleStage(
  backend: Backend,
  { points, resampling, drawsRuns }: StageResampling,
  { resamples, freshStarts, seed }: ResampleOptions,
): Promise<StageReplicates> {
  const replicates = await solveReplicatesOn(backend, points.problem, resampling, {
    replicates: resamples,
    starts: freshStarts,
    seed,
  });
  return {
    width: points.problem.form.parameterNames.length,
    parameters: replicates.parameters,
    isHeld: false,
    degenerate: degenerateReplicates(points, { ...resampling, drawsRuns }, replicates, seed),
    freshWins: freshWins(replicates),
    lostTerms: countLostTerms(points.problem, replicates.parameters),
  };
}

/** Objectives closer than this, relative, are the same. */
const SAME = 1e-9;

/** Whether a random start found a lower objective than the fit of the data as a start did. */
export function isLower(objective: number, fromData: number): boolean {
  return fromData - objective > SAME * objective;
}

function freshWins({ best, objective, firstObjective }: Replicates): number {
  return best.filter((start, i) => start > 0 && isLower(objective[i]!, firstObjective[i]!)).length;
}

/** The one row of a stage that no resample changes. */
export function heldReplicates({ solution: { parameters } }: StageUse): StageReplicates {
  return {
    width: parameters.length,
    parameters,
    isHeld: true,
    degenerate: new Uint8Array(0),
    freshWins: 0,
    lostTerms: 0,
  };
}

/** Parameters of a replicate; undefined where it is degenerate. */
export function replicateParameters(
  { isHeld, degenerate, parameters, width }: StageReplicates,
  i: number,
): Float64Array | undefined {
  if (isHeld) return parameters;
  return degenerate[i] === 0 ? parameters.subarray(i * width, (i + 1) * width) : undefined;
}

/**
 * Fits a stage with each run of its population left out in turn, by weights of 0, from the fit of all and some random
 * starts. A run of which the stage has no points leaves the fit of all.
 */
export async function leaveOneRunOut(
  backend: Backend,
  {
    points: { problem, runLengths, points },
    solution: { parameters },
  }: Pick<StageUse, "points" | "solution">,
  { freshStarts, seed }: Pick<ResampleOptions, "freshStarts" | "seed">,
): Promise<LeftOut> {
  const first = firstPoints(runLengths);
  const measured = runLengths.flatMap((length, run) => (length > 0 ? [run] : []));
  const problems = measured.map((run) => {
    const weights = problem.weights?.slice() ?? new Float64Array(points).fill(1);
    weights.fill(0, first[run], first[run + 1]);
    return { ...problem, weights, givenStarts: [parameters] };
  });
  const results = await solveProblemsOn(backend, problems, { starts: freshStarts, seed });
  const leftOut: (Float64Array | undefined)[] = runLengths.map(() => parameters);
  measured.forEach((run, i) => {
    const result = results[i]!;
    leftOut[run] = "solution" in result ? result.solution.parameters : undefined;
  });
  return leftOut;
}
