import { UserError } from "../errors.ts";
import { checkCells, mostCells } from "../methods/cross-axes.ts";
import type { Configuration, Method, Plan } from "../methods/method.ts";
import type { RunIndex, Target } from "../methods/runs.ts";
import type { SolveResult } from "../solve/problem.ts";
import { pauses } from "./interrupted.ts";
import { canFit, canPredict, skippedStages } from "./score.ts";
import { SharedProblems } from "./shared-problems.ts";
import { chooseTargets, type TargetSize } from "./targets.ts";
import { chooseTasks, skippedStage, whyNoShares } from "./tasks.ts";

/** What planning takes of a sweep: its method, crossed design choices, and what is asked for. */
export interface PlanRequest {
  /** File, or what else the sweep came from, for messages. */
  where: string;
  method: Method;
  configurations: readonly Configuration[];
  /** undefined for every task that has what at least one configuration needs. */
  tasks: readonly string[] | undefined;
  /** undefined for every target of the table. */
  targets: readonly (string | TargetSize)[] | undefined;
}

/** One assignment of all axes, for one task. */
export interface Cell {
  /** Number of the cell, from 0. */
  id: number;
  task: string;
  configuration: Configuration;
  /** Its stages that wait for others are posed as those are solved. */
  plan: Plan;
  /** Key of each stage's problem; undefined where the stage cannot be posed, or not yet. */
  keys: (string | undefined)[];
}

/** Cells and the distinct problems behind them. */
export interface SweepPlan {
  /** The checkpoints that it was made from. */
  index: RunIndex;
  cells: Cell[];
  /** Those of the stages that are posed. */
  shared: SharedProblems;
  targets: Target[];
  tasks: string[];
}

/** Before they are made. */
function checkCellCount(
  index: RunIndex,
  configurations: readonly Configuration[],
  tasks: readonly string[],
  where: string,
): void {
  const product = configurations.length * tasks.length;
  if (product <= mostCells()) return;
  const count = configurations.reduce((sum, { isFor }) => {
    return sum + (isFor === undefined ? tasks.length : tasks.filter((task) => isFor(task, index)).length);
  }, 0);
  const what = `${count} cells, of ${configurations.length} configurations and ${tasks.length} tasks`;
  checkCells(count, what, where);
}

/**
 * Crosses tasks with configurations and finds the distinct problems. Signals and timers have their turn meanwhile.
 *
 * @param index with the selections of all predicates that the configurations name
 * @throws UserError for tasks and targets that are not there, configurations that are for none of the tasks, and data that
 * no fit can be made of
 * @throws Interrupted when the signal asks it to stop
 */
export async function planSweep(
  index: RunIndex,
  sweep: PlanRequest,
  signal?: AbortSignal,
): Promise<SweepPlan> {
  const { configurations, where } = sweep;
  const targets = chooseTargets(index, sweep.targets, where, sweep.method.fitsAlone);
  const tasks = chooseTasks(index, configurations, sweep.tasks, where);
  checkCellCount(index, configurations, tasks, where);
  const shared = new SharedProblems();
  const cells: Cell[] = [];
  const pause = pauses(signal);
  for (const configuration of configurations) {
    for (const task of tasks) {
      if (configuration.isFor?.(task, index) === false) continue;
      await pause();
      const planned = configuration.plan({ index, task, targets });
      const reason = whyNoShares(configuration, { index, task });
      const stages = planned.stages.map((stage) =>
        shared.share(reason === undefined ? stage : skippedStage(stage, reason), task),
      );
      cells.push({
        id: cells.length,
        task,
        configuration,
        plan: { ...planned, stages: stages.map(({ stage }) => stage) },
        keys: stages.map(({ key }) => key),
      });
    }
  }
  if (cells.length === 0) {
    throw new UserError(
      `${where}: no cell: none of the axes' values is for ${tasks.length === 1 ? "task" : "any of the tasks"} ${tasks.join(", ")}`,
    );
  }
  return { index, cells, shared, targets, tasks };
}

/**
 * @throws UserError where every prediction of every cell needs a stage that is known to have no solution; where fits are a
 * result of their own, only where there is no fit either
 */
export function demandPrediction(
  { cells }: SweepPlan,
  results: ReadonlyMap<string, SolveResult>,
  { where, method }: Pick<PlanRequest, "where" | "method">,
): void {
  const skipped = skippedStages(cells, results);
  const first = skipped[0];
  const isOfUse = method.fitsAlone ? canFit : canPredict;
  if (first === undefined || cells.some((cell) => isOfUse(cell, results))) return;
  // One reason may skip all stages of a task.
  const reasons = new Set(skipped.map(({ cell: { task }, reason }) => JSON.stringify([task, reason])));
  const more = reasons.size > 1 ? ` (and ${reasons.size - 1} more)` : "";
  throw new UserError(
    `${where}: no cell can be ${method.fitsAlone ? "fitted" : "predicted"}: ${first.cell.task}, ${first.stage}: ${first.reason}${more}`,
  );
}
