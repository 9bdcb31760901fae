import { bootstrapCells } from "../bootstrap/bootstrap-cells.ts";
import { intervalRows } from "../bootstrap/interval-rows.ts";
import type { ResampleSession } from "../bootstrap/resample-use.ts";
import type { Bootstrap } from "../bootstrap/spec.ts";
import { groupBy } from "../collections.ts";
import { indexRuns, type RunIndex, type RunSelections } from "../methods/runs.ts";
import { judgeDetermined, PredictionJudge } from "../plan/judge-predictions.ts";
import { type PlanRequest, planSweep, type SweepPlan } from "../plan/plan-sweep.ts";
import { predictCells, type ScoredPrediction, type SkippedStage, skippedStages } from "../plan/score.ts";
import { selectRuns } from "../plan/select-runs.ts";
import { solvePlan } from "../plan/solve-plan.ts";
import type { SolveOptions, SolveResult } from "../solve/problem.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { type BackInterval, type BackPrediction, extrapolationOf } from "./back-prediction.ts";
import type { Cut } from "./cuts.ts";

/** What a back-test takes of a sweep. */
interface RolledSweep extends PlanRequest {
  /** Resamples of every cut; undefined for none. */
  bootstrap: Bootstrap | undefined;
  solve: Pick<SolveOptions, "starts" | "backend" | "threads"> & { seed: number };
}

/** A sweep to be back-tested. */
export interface SweptRuns {
  sweep: RolledSweep;
  /** The sweep on all fit runs. */
  plan: SweepPlan;
  session: ResampleSession;
  watch: Pick<SolveOptions, "onWarning" | "onProgress">;
}

/** What a cut gave. */
interface Rollout {
  predictions: BackPrediction[];
  /** Stages of its cells without a solution. */
  skipped: SkippedStage[];
  /** Distinct problems solved for it, besides those known before. */
  solved: number;
}

/**
 * Plans the sweep on the runs up to a cut, with every larger fit run as a target, and solves, predicts and resamples as
 * the sweep does.
 *
 * @param results of problems by key: those known are not solved again, new ones are added
 */
export async function rollOut(
  cut: Cut,
  { sweep, plan: swept, session, watch }: SweptRuns,
  results: Map<string, SolveResult>,
): Promise<Rollout> {
  const plan = await planCut(cut, { sweep, plan: swept, session });
  const solved = await solvePlan(plan, results, (problems) =>
    session.solve(problems, { ...sweep.solve, ...onlyProgress(watch) }),
  );
  const judge = new PredictionJudge(results);
  const predicted = predictCells(plan.cells, results);
  const predictions = await judgeDetermined(predicted, judge, plan.targets, session.signal);
  const intervals = await resampled(plan, results, predictions, { sweep, session, watch });
  const extrapolation = extrapolationOf(plan);
  return {
    predictions: predictions.map(({ cell, target, predicted, verdict, actual }) => {
      return {
        // Cells of the two plans stand in the same order. Those of the cut are let go, and their points with them.
        cell: swept.cells[cell.id]!,
        cut: cut.size,
        target,
        targetSize: cut.heldOut.get(target)!,
        ...extrapolation({ cell, target }),
        predicted,
        verdict,
        actual,
        intervals: intervals.get(predictionKey(cell.id, target)) ?? [],
      };
    }),
    skipped: skippedStages(plan.cells, results),
    solved: solved.length,
  };
}

/** Plans the sweep on the runs up to a cut, with every larger fit run as a target. */
export async function planCut(
  cut: Cut,
  { sweep, plan: swept, session }: Pick<SweptRuns, "sweep" | "plan" | "session">,
): Promise<SweepPlan> {
  const table = rolloutTable(swept.index.table, cut);
  const predicates = sweep.configurations.flatMap((configuration) => configuration.predicates);
  const index = rolloutIndex(table, cut, await selectRuns(table, predicates, sweep.where));
  return planSweep(index, { ...sweep, targets: undefined, tasks: swept.tasks }, session.signal);
}

/** What the backend has to say of itself the sweep has heard. */
function onlyProgress({ onProgress }: SweptRuns["watch"]): Pick<SolveOptions, "onProgress"> {
  return onProgress === undefined ? {} : { onProgress };
}

/** Intervals of each prediction by the sweep's bootstrap; none without one. */
async function resampled(
  plan: SweepPlan,
  results: ReadonlyMap<string, SolveResult>,
  predictions: readonly ScoredPrediction[],
  { sweep, session, watch }: Omit<SweptRuns, "plan">,
): Promise<Map<string, BackInterval[]>> {
  const found = new Map<string, BackInterval[]>();
  const { bootstrap } = sweep;
  if (bootstrap === undefined) return found;
  const ofCell = groupBy(predictions, ({ cell }) => cell.id);
  const options = { seed: sweep.solve.seed, onProgress: watch.onProgress, kept: session.kept };
  for await (const draws of bootstrapCells(await session.backend(), plan, results, bootstrap, options)) {
    const { id } = draws.cell;
    for (const row of intervalRows(draws, ofCell.get(id) ?? [], bootstrap, sweep.solve.seed)) {
      if (row.quantity !== "predicted") continue;
      const { purpose, interval, level, status } = row;
      const { lower, upper } = row.found;
      const key = predictionKey(id, row.target);
      found.set(key, [...(found.get(key) ?? []), { purpose, interval, level, lower, upper, status }]);
    }
  }
  return found;
}

function predictionKey(cell: number, target: string): string {
  return `${cell} ${target}`;
}

/** The table as it would be had only the runs up to a cut been fitted: the larger ones are targets. Rows stay in place. */
export function rolloutTable(table: CheckpointTable, { heldOut }: Cut): CheckpointTable {
  const role = table.role.map((own, row) => (heldOut.has(table.run[row]!) ? "target" : own));
  return { ...table, role };
}

/** Its runs. The targets of the table itself are none. */
export function rolloutIndex(table: CheckpointTable, { heldOut }: Cut, selections: RunSelections): RunIndex {
  const index = indexRuns(table, selections);
  return { ...index, targets: index.targets.filter(({ name }) => heldOut.has(name)) };
}
