import type { SolverSession } from "../plan/solver.ts";
import type { Backend } from "../solve/kernel.ts";
import { type LeftOut, leaveOneRunOut } from "./jackknife.ts";
import type { StageUse } from "./plan-bootstrap.ts";
import { leaveOneRunOutOfPosed, resamplePosed } from "./resample-posed.ts";
import {
  heldStage,
  resampleStage,
  resamplingOf,
  type StageReplicates,
  type StageResampling,
} from "./resample-stage.ts";
import type { Bootstrap } from "./spec.ts";

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
