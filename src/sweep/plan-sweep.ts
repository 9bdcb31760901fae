import type { Configuration, Plan, Stage } from "../methods/method.ts";
import { indexRuns, type Target } from "../methods/runs.ts";
import { whyUnsolvable } from "../solve/check-problem.ts";
import type { Problem } from "../solve/problem.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
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
  problem: Problem;
  tasks: Set<string>;
  /** Number of cells that share it. */
  cells: number;
}

/** Cells and the distinct problems behind them. */
export interface SweepPlan {
  cells: Cell[];
  /** In the order in which cells first need them; keys are distinct. */
  problems: Problem[];
  /** Why a problem of that key cannot be solved, where that can be seen before. */
  unsolvable: ReadonlyMap<string, string>;
  /** One for each pair of a problem and a stage. */
  uses: ProblemUse[];
  /** Regressions before de-duplication. */
  regressions: number;
  targets: Target[];
  tasks: string[];
}

/**
 * Crosses tasks with configurations and finds the distinct problems.
 *
 * @throws UserError for tasks and targets that are not there, and data that no fit can be made of
 */
export function planSweep(table: CheckpointTable, sweep: ResolvedSweep): SweepPlan {
  const index = indexRuns(table);
  const targets = chooseTargets(index, sweep.targets, sweep.where);
  const tasks = chooseTasks(index, sweep.configurations, sweep.tasks, sweep.where);
  const problems = new Map<string, Problem>();
  const uses = new Map<string, ProblemUse>();
  const cells: Cell[] = [];
  let regressions = 0;
  const register = (stage: Stage, task: string): string | undefined => {
    if ("skipped" in stage) return undefined;
    regressions++;
    const key = problemKey(stage.problem);
    const problem = problems.get(key) ?? { ...stage.problem, key };
    problems.set(key, problem);
    const name = `${key} ${stage.name}`;
    const use = uses.get(name) ?? { key, stage: stage.name, problem, tasks: new Set(), cells: 0 };
    uses.set(name, use);
    use.tasks.add(task);
    use.cells++;
    return key;
  };
  for (const configuration of sweep.configurations) {
    for (const task of tasks) {
      const plan = configuration.plan({ index, task, targets });
      const keys = plan.stages.map((stage) => register(stage, task));
      cells.push({ id: cells.length, task, configuration, plan, keys });
    }
  }
  const unsolvable = new Map<string, string>();
  for (const [key, problem] of problems) {
    const reason = whyUnsolvable(problem);
    if (reason !== undefined) unsolvable.set(key, reason);
  }
  return {
    cells,
    problems: [...problems.values()],
    unsolvable,
    uses: [...uses.values()],
    regressions,
    targets,
    tasks,
  };
}
