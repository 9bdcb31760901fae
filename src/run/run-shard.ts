import { planCut } from "../backtest/roll-out.ts";
import { resampledAhead } from "../bootstrap/bootstrap-cells.ts";
import { planBootstrap, type StageUse } from "../bootstrap/plan-bootstrap.ts";
import { resampleUse, type StageOutcome } from "../bootstrap/resample-use.ts";
import { problemsBehind, type SweepPlan, solvePlan } from "../plan/plan-sweep.ts";
import { identifiabilityTable } from "../results/identifiability-table.ts";
import { inParallel } from "../solve/in-parallel.ts";
import type { SolveResult } from "../solve/problem.ts";
import { type PreparedSweep, prepareSweep } from "../spec/prepare-sweep.ts";
import type { SweepSpec } from "../spec/spec.ts";
import { checkJobDirectory } from "./job-directory.ts";
import type { RunSweepOptions } from "./run-sweep.ts";
import { Ownership, type Shard } from "./shard.ts";
import { openWork, type SweepWork } from "./sweep-work.ts";
import { planFits } from "./work-keys.ts";

export interface RunShardOptions extends Omit<RunSweepOptions, "onDraws" | "solver"> {
  /** Job directory of this shard alone. */
  out: string;
  part: Shard;
}

/** What a shard of a sweep came to. */
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
 * with. There are no tables: `mergeShards` makes them of all shards.
 *
 * @throws UserError as `runSweep` does
 * @throws Interrupted when it is asked to stop
 */
export async function runShard(spec: SweepSpec, options: RunShardOptions): Promise<ShardResult> {
  const { out, part: shard, fresh = false, onStatus } = options;
  await checkJobDirectory(out);
  const prepared = await prepareSweep(spec, options);
  for (const line of prepared.lines) onStatus?.(line);
  options.onPlanned?.();
  const ownership = new Ownership(shard, prepared.plan.shared.problems);
  const work = await openWork(prepared, { ...options, fresh, ownership });
  return work.during(async () => {
    if (work.said !== undefined) onStatus?.(work.said);
    for (const line of prepared.findings) work.listeners.onWarning(line);
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
  { sweep, plan, cuts, results: known }: PreparedSweep,
  { session, meter, listeners }: SweepWork,
  ownership: Ownership,
): Promise<void> {
  const watch = { ...listeners, onProgress: (done: number, total: number) => meter.step(done, total) };
  const solve = async (one: SweepPlan, results: Map<string, SolveResult>): Promise<void> => {
    const behind = problemsBehind(one);
    await solvePlan(
      one,
      results,
      (problems) => session.solve(problems, { ...sweep.solve, ...watch }),
      (key) => ownership.owns(key) || behind.has(key),
    );
  };
  await solve(plan, known);
  planFits(meter, { sweep, plan, cuts }, ownership);
  if (sweep.profiles) {
    meter.enter("profiles");
    const own = new Map([...known].filter(([key]) => ownership.owns(key)));
    await identifiabilityTable(plan, own, { seed: sweep.solve.seed, solve: session.solve });
  }
  meter.enter("bootstrap");
  await resampleOwn(plan, known, { sweep, session, ownership, onProgress: watch.onProgress });
  meter.enter("backtest");
  const results = new Map(known);
  for (const cut of cuts?.cuts ?? []) {
    const cutPlan = await planCut(cut, { sweep, plan, session });
    await solve(cutPlan, results);
    await resampleOwn(cutPlan, results, { sweep, session, ownership, onProgress: watch.onProgress });
  }
}

/** Resamples the stages of owned problems; the session keeps what is found. */
async function resampleOwn(
  plan: SweepPlan,
  results: ReadonlyMap<string, SolveResult>,
  {
    sweep: { bootstrap, solve },
    session,
    ownership,
    onProgress,
  }: Pick<PreparedSweep, "sweep"> &
    Pick<SweepWork, "session"> & { ownership: Ownership; onProgress: (done: number, total: number) => void },
): Promise<void> {
  if (bootstrap === undefined) return;
  const backend = await session.backend();
  const { uses } = planBootstrap(plan, results, bootstrap);
  const wanted = [...uses.values()].filter(
    ({ problem, skipped, isHeld }) => skipped === undefined && !isHeld && ownership.owns(problem.key),
  );
  // Those that others are made with are kept in memory; there are few.
  const shared = new Map<string, Promise<StageOutcome>>();
  const resample = (use: StageUse): Promise<StageOutcome> => {
    const before = use.after.map((key) => {
      const known = shared.get(key) ?? resample(uses.get(key)!);
      shared.set(key, known);
      return known;
    });
    const options = { seed: solve.seed, kept: session.kept };
    return resampleUse(backend, { use, uses, bootstrap }, before, options);
  };
  let done = 0;
  await inParallel(resampledAhead(backend), wanted.length, async (i) => {
    await resample(wanted[i]!);
    onProgress(++done, wanted.length);
  });
}
