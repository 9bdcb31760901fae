import type { LeftOutPoints } from "../methods/left-out.ts";
import type { Configuration, Plan, Stage } from "../methods/method.ts";
import type { RunIndex, Target } from "../methods/runs.ts";
import { whyUnsolvable } from "../solve/check-problem.ts";
import type { Problem } from "../solve/problem.ts";
import { checkScores } from "./check-scores.ts";
import { problemKey } from "./problem-key.ts";
import type { ResolvedSweep } from "./resolve.ts";
import { chooseTargets } from "./targets.ts";
import { chooseTasks } from "./tasks.ts";

/** One assignment of all axes, for one task. */
export interface Cell {
  /** Number of the cell, from 0. */
  id: number;
  task: string;
  configuration: Configuration;
  plan: Plan;
  /** Key of each stage's problem; undefined where the stage cannot be posed. */
  keys: (string | undefined)[];
}

/** A problem as one stage, and who shares it. */
export interface ProblemUse {
  key: string;
  stage: string;
  /** What its response is of, where that is not the task. */
  subject: string | undefined;
  /** Points that it could have had and does not use. */
  leftOut: readonly LeftOutPoints[];
  problem: Problem;
  tasks: Set<string>;
  /** Number of cells that share it. */
  cells: number;
}

/** Cells and the distinct problems behind them. */
export interface SweepPlan {
  /** The checkpoints that it was made from. */
  index: RunIndex;
  cells: Cell[];
  /** In the order in which cells first need them; keys are distinct. */
  problems: Problem[];
  /** Why a problem of that key cannot be solved, where that can be seen before. */
  unsolvable: ReadonlyMap<string, string>;
  /** One for each problem, stage, subject and what the stage leaves out. */
  uses: ProblemUse[];
  /** Regressions before de-duplication. */
  regressions: number;
  targets: Target[];
  tasks: string[];
}

/**
 * Crosses tasks with configurations and finds the distinct problems.
 *
 * @param index with the selections of all predicates that the configurations name
 * @throws UserError for tasks and targets that are not there, and data that no fit can be made of
 */
export function planSweep(index: RunIndex, sweep: ResolvedSweep): SweepPlan {
  const targets = chooseTargets(index, sweep.targets, sweep.where);
  const tasks = chooseTasks(index, sweep.configurations, sweep.tasks, sweep.where);
  checkScores(index.table, tasks, sweep.configurations);
  const problems = new Map<string, Problem>();
  const uses = new Map<string, ProblemUse>();
  const cells: Cell[] = [];
  let regressions = 0;
  /** Finds the problem of a stage among those before, so that cells do not keep points of their own. */
  const share = (stage: Stage, task: string): Stage & { key?: string } => {
    if ("skipped" in stage) return stage;
    regressions++;
    const key = problemKey(stage.problem);
    const problem = problems.get(key) ?? { ...stage.problem, key };
    problems.set(key, problem);
    const { name: stageName, subject, leftOut = [] } = stage;
    const name = JSON.stringify([key, stageName, subject, leftOut]);
    const own = { key, stage: stageName, subject, leftOut, problem };
    const use = uses.get(name) ?? { ...own, tasks: new Set(), cells: 0 };
    uses.set(name, use);
    use.tasks.add(task);
    use.cells++;
    return { ...stage, problem, key };
  };
  for (const configuration of sweep.configurations) {
    for (const task of tasks) {
      const planned = configuration.plan({ index, task, targets });
      const shared = planned.stages.map((stage) => share(stage, task));
      cells.push({
        id: cells.length,
        task,
        configuration,
        plan: { ...planned, stages: shared },
        keys: shared.map(({ key }) => key),
      });
    }
  }
  const unsolvable = new Map<string, string>();
  for (const [key, problem] of problems) {
    const reason = whyUnsolvable(problem);
    if (reason !== undefined) unsolvable.set(key, reason);
  }
  return {
    index,
    cells,
    problems: [...problems.values()],
    unsolvable,
    uses: [...uses.values()],
    regressions,
    targets,
    tasks,
  };
}
