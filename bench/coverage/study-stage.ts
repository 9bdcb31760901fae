import type { StageUse } from "#lawfit/bootstrap/plan-bootstrap.js";
import { arrangePoints, type DrawnRun, populationOf } from "#lawfit/bootstrap/population.js";
import { isPooled, resampleForms } from "#lawfit/bootstrap/resample-forms.js";
import {
  type LeftOut,
  leaveOneRunOut,
  resampleStage,
  resamplingOf,
} from "#lawfit/bootstrap/resample-stage.js";
import type { StageOutcome } from "#lawfit/bootstrap/resample-use.js";
import type { Scheme } from "#lawfit/bootstrap/schemes.js";
import { isWaiting, type PointRuns, type Stage } from "#lawfit/methods/method.js";
import { solveWeighed, takeNoise } from "#lawfit/plan/prior-noise.js";
import type { Backend } from "#lawfit/solve/kernel.js";
import type { Problem, Solution } from "#lawfit/solve/problem.js";
import { solveProblemsOn } from "#lawfit/solve/solve.js";
import type { Arm } from "./arm.ts";

/** A stage of a data set, fitted. */
export interface FittedStage {
  stage: string;
  problem: Problem;
  points: PointRuns;
  solution: Solution;
  leftOut: LeftOut | undefined;
}

/** A stage of a data set, resampled. */
export interface ResampledStage {
  use: StageUse;
  outcome: StageOutcome;
}

export interface StageOptions {
  resamples: number;
  /** Random starts of a replicate, beside the fit of the data. */
  freshStarts: number;
  /** Of the starts and the draws. */
  seed: number;
}

/** Random starts of the fit of the data. */
const STARTS = 24;

/** Checkpoints of a block, for scheme `block`. */
export const BLOCK_LENGTH = 5;

/**
 * Fits a stage, with each run left out in turn where that is wanted.
 * @param key names the problem, for its random starts
 */
export async function fitStage(
  backend: Backend,
  stage: Stage,
  key: string,
  { leftOut, freshStarts, seed }: { leftOut: boolean } & StageOptions,
): Promise<FittedStage> {
  if (isWaiting(stage)) throw new Error(`${stage.name} waits for other stages`);
  if ("skipped" in stage) throw new Error(`${stage.name}: ${stage.skipped.reason}`);
  const { name, runs, runLengths } = stage;
  const problem: Problem = { ...stage.problem, key };
  const solve = (problems: Problem[]) => solveProblemsOn(backend, problems, { starts: STARTS, seed });
  const [result] = await solveWeighed([problem], solve, () => ({ runs, runLengths }));
  takeNoise(problem, result);
  if (result === undefined || "skipped" in result) {
    throw new Error(`${name}: ${result?.skipped.reason ?? "no answer"}`);
  }
  const { solution } = result;
  const inOrder = arrangePoints(problem, stage, { name, runs, strata: [runs.length] });
  return {
    stage: name,
    problem,
    points: { runs, runLengths },
    solution,
    leftOut: leftOut
      ? await leaveOneRunOut(backend, { points: inOrder, solution }, { freshStarts, seed })
      : undefined,
  };
}

/**
 * Resamples a fitted stage, as a sweep does it.
 *
 * @param intervals that are to be made of it
 */
export async function resampleFitted(
  backend: Backend,
  { stage, problem, points: pointRuns, solution, leftOut }: FittedStage,
  scheme: Scheme,
  known: (run: string) => DrawnRun,
  { resamples, freshStarts, seed }: StageOptions,
  intervals: Arm["intervals"] = [],
): Promise<ResampledStage> {
  const population = populationOf(scheme, pointRuns.runs, known, scheme.drawsRuns ? undefined : stage);
  const points = arrangePoints(problem, pointRuns, population);
  const ready = resamplingOf({ points, solution, population }, { scheme, blockLength: BLOCK_LENGTH });
  const replicates = await resampleStage(backend, ready, { resamples, freshStarts, seed });
  const use: StageUse = {
    ...{ key: problem.key, problem, stage, subject: undefined, solution, population, points },
    ...{ runs: pointRuns, tasks: new Set<string>(), cells: 1, isApart: false, isHeld: false },
    ...{ posing: undefined, after: [] },
  };
  const bootstrap = { scheme, blockLength: BLOCK_LENGTH, resamples, freshStarts };
  const forms = isPooled(intervals, use) ? await resampleForms(backend, use, bootstrap, seed) : undefined;
  return { use, outcome: { replicates, ready, leftOut, forms } };
}
