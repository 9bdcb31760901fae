import { UserError } from "../errors.ts";
import { checkCells, mostCells } from "../methods/cross-axes.ts";
import type { Configuration, Plan } from "../methods/method.ts";
import type { RunIndex, Target } from "../methods/runs.ts";
import { skippedStage, whyNoShares } from "./check-scores.ts";
import { pauses } from "./pauses.ts";
import type { ResolvedSweep } from "./resolve.ts";
import { SharedProblems } from "./shared-problems.ts";
import { chooseTargets } from "./targets.ts";
import { chooseTasks } from "./tasks.ts";

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
  sweep: ResolvedSweep,
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
