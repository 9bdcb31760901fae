import type { SolverSession } from "../plan/solver.ts";
import type { Backend } from "../solve/kernel.ts";
import { freshStartsOf } from "../solve/search/start-count.ts";
import type { StageUse } from "./plan-bootstrap.ts";
import { isPooled, resampleForms, type StageForms } from "./resample-forms.ts";
import { leaveOneRunOutOfPosed, resamplePosed } from "./resample-posed.ts";
import {
  heldReplicates,
  type LeftOut,
  leaveOneRunOut,
  resampleStage,
  resamplingOf,
  type StageReplicates,
  type StageResampling,
} from "./resample-stage.ts";
import type { Bootstrap } from "./spec.ts";

/** The costly results of resampling a stage. */
interface StageFits {
  replicates: StageReplicates;
  /** Fits with one run left out, if an interval needs them. */
  leftOut: LeftOut | undefined;
}

/** The outcome of resampling a stage. */
export interface StageOutcome extends StageFits {
  /** The problem that was resampled; undefined if no resample changes the stage, or each replicate has its own points. */
  ready: StageResampling | undefined;
  /** Replicates by the forms that may be true, if an interval needs them and there are others than its own. @default none */
  forms?: StageForms | undefined;
}

/** A stage to be resampled, and what its numbers depend on. */
interface OutcomeRequest {
  use: StageUse;
  uses: ReadonlyMap<string, StageUse>;
  bootstrap: Bootstrap;
  seed: number;
  /** Whether fits with a run left out are wanted too. */
  leftOut: boolean;
  /** Whether what is wanted are the replicates by the forms that may be true, and not those by its own. @default false */
  byForms?: boolean;
}

/** A store of the replicates of stages: it returns those that it has, and computes and keeps the others. */
export type OutcomeStore = <Made>(request: OutcomeRequest, make: () => Promise<Made>) => Promise<Made>;

/** A session that solves a sweep and keeps its replicates. */
export interface ResampleSession extends SolverSession {
  /** Where replicates are kept between jobs; undefined where they are not. */
  kept?: OutcomeStore | undefined;
}

export interface UseOptions {
  seed: number;
  /** Where outcomes are kept between jobs. @default nowhere */
  kept?: OutcomeStore | undefined;
}

/**
 * Resamples a stage, or reads its kept outcome.
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
  if (use.isHeld) return { replicates: heldReplicates(use), ready: undefined, leftOut: undefined };
  const leftOut = bootstrap.intervals.some(({ method }) => method.needs.includes("jackknife"));
  const request = { ...work, seed, leftOut };
  const freshStarts = freshStartsOf(bootstrap.freshStarts, use.problem, use.solution);
  const options = { resamples: bootstrap.resamples, freshStarts, seed };
  if (use.posing !== undefined) {
    const outcomes = await Promise.all(before);
    const fits = await kept(request, async () => ({
      replicates: await resamplePosed(
        backend,
        use,
        outcomes.map(({ replicates }) => replicates),
        options,
      ),
      leftOut: leftOut
        ? await leaveOneRunOutOfPosed(
            backend,
            use,
            outcomes.flatMap((outcome) => (outcome.leftOut === undefined ? [] : [outcome.leftOut])),
            options,
          )
        : undefined,
    }));
    return { ...fits, ready: undefined };
  }
  const ready = resamplingOf(use, bootstrap);
  const fits = await kept(request, async () => ({
    replicates: await resampleStage(backend, ready, options),
    leftOut: leftOut && !use.isApart ? await leaveOneRunOut(backend, use, options) : undefined,
  }));
  const forms = isPooled(bootstrap.intervals, use)
    ? await kept({ ...request, byForms: true }, () => resampleForms(backend, use, bootstrap, seed))
    : undefined;
  return { ...fits, ready, forms };
}
