import { resampleStages } from "../bootstrap/bootstrap-cells.ts";
import { FitErrors } from "../identifiability/fit-errors.ts";
import { problemsBehind, type SweepPlan, solvePlan } from "../plan/plan-sweep.ts";
import { isFitting } from "../registry.ts";
import { distinctFits, identifiabilityOf } from "../results/identifiability-table.ts";
import { profileOptions } from "../results/profile-options.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { PreparedSweep } from "../spec/prepare-sweep.ts";
import type { SweepSpec } from "../spec/spec.ts";
import { planFits } from "./needs.ts";
import type { RunSweepOptions } from "./run-sweep.ts";
import { Ownership, type Shard } from "./shard.ts";
import { openWork, prepareWork, type SweepWork } from "./sweep-work.ts";
import { checkJobDirectory } from "./write-directory.ts";

export interface RunShardOptions extends Omit<RunSweepOptions, "onDraws" | "solver"> {
  /** Run directory of this shard alone. */
  out: string;
  part: Shard;
}

/** The result of a shard of a sweep. */
export interface ShardResult {
  part: Shard;
  /** Distinct problems of the sweep that it owns. */
  problems: number;
  fits: number;
  fitsFound: number;
  seconds: number;
}

/**
 * Does the work of one shard of a sweep: solves and resamples the problems that it owns, and those of others that these are made
 * with. It writes no tables: `mergeShards` makes them from all shards.
 *
 * @throws UserError as `runSweep` does
 * @throws Interrupted when it is asked to stop
 */
export async function runShard(spec: SweepSpec, options: RunShardOptions): Promise<ShardResult> {
  const { out, part: shard, fresh = false, onStatus } = options;
  await checkJobDirectory(out);
  const { prepared, start } = await prepareWork(spec, options);
  const ownership = new Ownership(shard, prepared.plan.shared.problems);
  const work = await openWork(prepared, start, { ...options, fresh, ownership });
  return work.during(async () => {
    if (work.said !== undefined) onStatus?.(work.said);
    for (const line of await prepared.findings()) work.listeners.onWarning(line);
    await solveShard(prepared, work, ownership);
    await work.job?.finish();
    const { fits, fitsFound, seconds } = work.meter.progress;
    const { shared } = prepared.plan;
    return {
      part: shard,
      problems: shared.problems.filter(({ key }) => ownership.owns(key)).length,
      ...{ fits, fitsFound, seconds },
    };
  });
}

async function solveShard(
  { sweep, plan, analyses, results }: PreparedSweep,
  { session, meter, listeners }: SweepWork,
  ownership: Ownership,
): Promise<void> {
  const onProgress = (done: number, total: number): void => meter.step(done, total);
  const solve = async (planned: SweepPlan, solved: Map<string, SolveResult>): Promise<void> => {
    const behind = problemsBehind(planned);
    await solvePlan(
      planned,
      solved,
      (problems) => session.solve(problems, { ...sweep.solve, ...listeners, onProgress }),
      (key) => ownership.owns(key) || behind.has(key),
    );
  };
  const resample = async (planned: SweepPlan, solved: ReadonlyMap<string, SolveResult>): Promise<void> => {
    if (sweep.bootstrap === undefined) return;
    await resampleStages(planned, solved, sweep.bootstrap, session, {
      seed: sweep.solve.seed,
      isWanted: (key) => ownership.owns(key),
      onProgress,
    });
  };
  await solve(plan, results);
  planFits(meter, { sweep, plan, analyses, results }, ownership);
  if (sweep.profiles) {
    meter.enter("profiles");
    const owned = new Map([...results].filter(([key]) => ownership.owns(key)));
    const errors = new FitErrors(distinctFits(plan, owned), sweep.method.detailsFits === true);
    await identifiabilityOf(plan, owned, profileOptions(sweep, errors, session.solve));
  }
  meter.enter("bootstrap");
  await resample(plan, results);
  for (const { key, rounds = [], share } of analyses) {
    if (isFitting(key)) meter.enter(key);
    const solved = new Map(results);
    for (const planRound of rounds) {
      const planned = await planRound(session);
      await solve(planned, solved);
      await resample(planned, solved);
    }
    await share?.(session, (problem) => ownership.owns(problem));
  }
}
