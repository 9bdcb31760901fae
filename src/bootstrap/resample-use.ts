import type { SolverSession } from "../plan/solver.ts";
import type { Backend } from "../solve/kernel.ts";
import { countLostTerms } from "../solve/lost-terms.ts";
import type { Solution } from "../solve/problem.ts";
import { type Replicates, solveReplicatesOn } from "../solve/resample.ts";
import type { Resampling } from "../solve/resampling.ts";
import { degenerateReplicates } from "./degenerate.ts";
import { type LeftOut, leaveOneRunOut } from "./jackknife.ts";
import type { StageUse } from "./plan-bootstrap.ts";
import type { Population, StagePoints } from "./population.ts";
import { leaveOneRunOutOfPosed, resamplePosed } from "./resample-posed.ts";
import { residualsOf, withResiduals } from "./residuals.ts";
import type { Scheme, SchemeOptions } from "./schemes.ts";
import type { Bootstrap } from "./spec.ts";

/** The replicates of a stage's problem. */
export interface StageReplicates {
  /** Parameters of one fit. */
  width: number;
  /** Replicates x width. A stage that no resample changes has one row, which stands for all. */
  parameters: Float64Array;
  /** Whether there is one row for all. */
  isHeld: boolean;
  /** Of each replicate 0, or why it is left out (`degenerateReasons`). Empty where it is held. */
  degenerate: Uint8Array;
  /** Replicates in which a random start found a lower objective than the fit of the data as a start, by 1e-9 or more. */
  freshWins: number;
  /** Replicates in which a term of the form is lost (`countLostTerms`). */
  lostTerms: number;
}

/** Parameters of a replicate; undefined where it is degenerate. */
export function replicateParameters(
  { isHeld, degenerate, parameters, width }: StageReplicates,
  i: number,
): Float64Array | undefined {
  if (isHeld) return parameters;
  return degenerate[i] === 0 ? parameters.subarray(i * width, (i + 1) * width) : undefined;
}

/** Objectives closer than this, relative, are the same. */
export const same = 1e-9;

interface ResampleOptions extends SchemeOptions {
  resamples: number;
  freshStarts: number;
  seed: number;
}

/** A stage made ready to be resampled. */
interface StageResampling {
  /** Its problem has the fit of the data as its given start. */
  points: StagePoints;
  resampling: Resampling;
  drawsRuns: boolean;
}

/** What is drawn from the points of a stage, and the problem that is solved for each draw. */
export function resamplingOf(
  points: StagePoints,
  { parameters }: Solution,
  population: Population,
  scheme: Scheme,
  options: SchemeOptions,
): StageResampling {
  const draw = scheme.draw(points, () => residualsOf(points.problem, parameters, points), options);
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

/** A stage that no resample changes. */
function heldStage({ parameters }: Solution): StageReplicates {
  return {
    width: parameters.length,
    parameters,
    isHeld: true,
    degenerate: new Uint8Array(0),
    freshWins: 0,
    lostTerms: 0,
  };
}

function freshWins({ best, objective, firstObjective }: Replicates): number {
  let wins = 0;
  for (let i = 0; i < best.length; i++) {
    if (best[i]! > 0 && firstObjective[i]! - objective[i]! > same * objective[i]!) wins++;
  }
  return wins;
}

/** What became of a stage's replicates. */
export interface StageOutcome {
  replicates: StageReplicates;
  /** What they are replicates of; undefined where no resample changes the stage. */
  ready: StageResampling | undefined;
  /** Where an interval needs it. */
  leftOut: LeftOut | undefined;
}

export interface UseOptions {
  seed: number;
  /** Where outcomes are kept between runs. @default nowhere */
  kept?: OutcomeStore | undefined;
}

/**
 * Resamples a stage, or takes what is kept of it.
 *
 * @param before outcomes of the stages that it is made with, in the order of `use.after`
 */
export async function resampleUse(
  backend: Backend,
  work: Pick<OutcomeRequest, "use" | "uses" | "bootstrap">,
  before: readonly Promise<StageOutcome>[],
  { seed, kept = (_, make) => make() }: UseOptions,
): Promise<StageOutcome> {
  const { use, bootstrap } = work;
  if (use.isHeld) return { replicates: heldStage(use.solution), ready: undefined, leftOut: undefined };
  const { scheme, blockLength, intervals } = bootstrap;
  const leftOut = intervals.some(({ method }) => method.needs.includes("jackknife"));
  const request = { ...work, seed, leftOut };
  if (use.posing !== undefined) {
    const outcomes = await Promise.all(before);
    return { ...(await kept(request, () => makePosed(backend, request, outcomes))), ready: undefined };
  }
  const ready = resamplingOf(use.points, use.solution, use.population, scheme, { blockLength });
  return { ...(await kept(request, () => make(backend, request, ready))), ready };
}

async function make(
  backend: Backend,
  { use, bootstrap, seed, leftOut }: OutcomeRequest,
  ready: StageResampling,
): Promise<FoundOutcome> {
  const { resamples, blockLength, freshStarts } = bootstrap;
  const replicates = await resampleStage(backend, ready, { resamples, blockLength, freshStarts, seed });
  const isNeeded = leftOut && !use.isApart;
  return {
    replicates,
    leftOut: isNeeded
      ? await leaveOneRunOut(backend, use.points, use.solution, { starts: freshStarts, seed })
      : undefined,
  };
}

async function makePosed(
  backend: Backend,
  { use, bootstrap, seed, leftOut }: OutcomeRequest,
  before: readonly StageOutcome[],
): Promise<FoundOutcome> {
  const { resamples, freshStarts } = bootstrap;
  const stage = stageOf(use);
  const replicates = before.map((outcome) => outcome.replicates);
  const without = before.flatMap((outcome) => (outcome.leftOut === undefined ? [] : [outcome.leftOut]));
  return {
    replicates: await resamplePosed(backend, stage, replicates, { resamples, freshStarts, seed }),
    leftOut: leftOut
      ? await leaveOneRunOutOfPosed(backend, stage, without, { starts: freshStarts, seed })
      : undefined,
  };
}

function stageOf({ posing, problem, solution, population }: StageUse) {
  return { posing: posing!, problem, parameters: solution.parameters, population };
}

/** What resampling a stage takes long to find. */
interface FoundOutcome {
  replicates: StageReplicates;
  leftOut: LeftOut | undefined;
}

/** A stage to be resampled, and what its numbers depend on. */
interface OutcomeRequest {
  use: StageUse;
  uses: ReadonlyMap<string, StageUse>;
  bootstrap: Bootstrap;
  seed: number;
  /** Whether fits with a run left out are wanted too. */
  leftOut: boolean;
}

/** Keeps what was found: gives it back, or makes it and keeps it. */
export type OutcomeStore = (
  request: OutcomeRequest,
  make: () => Promise<FoundOutcome>,
) => Promise<FoundOutcome>;

/** What solves a sweep and keeps its replicates. */
export interface ResampleSession extends SolverSession {
  /** Where replicates are kept between runs; undefined where they are not. */
  kept?: OutcomeStore | undefined;
}
