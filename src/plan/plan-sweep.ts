import { UserError } from "../errors.ts";
import { checkCells, mostCells } from "../methods/cross-axes.ts";
import {
  type Configuration,
  isWaiting,
  lawsOf,
  type Method,
  type Plan,
  type PointRuns,
  type Stage,
  type TaskData,
  type WaitingStage,
} from "../methods/method.ts";
import type { RunIndex, Target } from "../methods/runs.ts";
import type { Problem, SolveOptions, SolveResult } from "../solve/problem.ts";
import { pauses } from "./interrupted.ts";
import { solveWeighed, takeNoise } from "./prior-noise.ts";
import { canFit, canPredict, skippedStages } from "./score.ts";
import { chooseTargets, chooseTasks, skippedStage, type TargetSize, whyNoShares } from "./selection.ts";
import { SharedProblems } from "./shared-problems.ts";
import { type Solver, solverSession } from "./solver.ts";

/** The part of a sweep that is planned: method, crossed design choices, tasks and targets. */
export interface PlanRequest {
  /** Origin of the sweep, such as its file, for messages. */
  where: string;
  method: Method;
  configurations: readonly Configuration[];
  /** Names of the tasks; undefined for every task that has the metrics of at least one configuration. */
  tasks: readonly string[] | undefined;
  /** Names or sizes of the targets; undefined for every target of the table. */
  targets: readonly (string | TargetSize)[] | undefined;
  /** Whether it may have no target, as one with back-tests, whose targets are runs that were fitted. @default those of methods that fit alone */
  needsNoTarget?: boolean;
  /** How forms are fitted that are sought while it is planned. */
  solve?: Pick<SolveOptions, "seed" | "backend" | "threads">;
  /** What fits them. @default the backend, which interprets them */
  solver?: Solver | undefined;
}

/**
 * One assignment of all axes (a configuration), for one task: the unit that is predicted, scored and compared.
 *
 * A cell has no points and no solutions of its own: `keys` names the problems of its stages by their content, and cells
 * whose problems are equal share them. So a matrix of thousands of cells costs as many fits as it has distinct problems, and
 * what a cell predicts is found from the results by its keys. Entries of `plan` and `keys` at the same place belong to the same
 * stage, and both change when a stage that waited for others is posed (`solvePlan`), the only change after planning.
 */
export interface Cell {
  /** Number of the cell, from 0. */
  id: number;
  task: string;
  configuration: Configuration;
  /** Stages that wait for others are posed when those are solved. */
  plan: Plan;
  /** Key of each stage's problem; undefined where the stage cannot be posed, or not yet. */
  keys: (string | undefined)[];
}

/** Cells and the distinct problems behind them. */
export interface SweepPlan {
  /** The checkpoints that the plan was made from. */
  index: RunIndex;
  cells: Cell[];
  /** The distinct problems of the stages that are posed. */
  shared: SharedProblems;
  targets: Target[];
  tasks: string[];
}

/** Demands that the cells fit into memory, before they are made. @throws UserError as `checkCells` does */
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
 * @throws Interrupted when the signal asks to stop
 */
export async function planSweep(
  index: RunIndex,
  sweep: PlanRequest,
  signal?: AbortSignal,
): Promise<SweepPlan> {
  const { configurations, where } = sweep;
  const laws = index.table.free ? [] : lawsOf(configurations);
  const targets = chooseTargets(
    index,
    sweep.targets,
    where,
    sweep.needsNoTarget ?? sweep.method.fitsAlone,
    laws,
  );
  const tasks = chooseTasks(index, configurations, sweep.tasks, where);
  checkCellCount(index, configurations, tasks, where);
  const shared = new SharedProblems();
  const cells: Cell[] = [];
  const pause = pauses(signal);
  // One object a task: by it methods know what they have planned for the task already.
  const dataOfTasks = tasks.map((task) => ({ index, task, targets }));
  await seekForms(sweep, dataOfTasks, signal);
  for (const configuration of configurations) {
    for (const data of dataOfTasks) {
      const { task } = data;
      if (configuration.isFor?.(task, index) === false) continue;
      await pause();
      const plan = configuration.plan(data);
      const reason = whyNoShares(configuration, data);
      const stages = reason === undefined ? plan.stages : plan.stages.map((s) => skippedStage(s, reason));
      const shares = stages.map((stage) => shared.share(stage, task));
      cells.push({
        id: cells.length,
        task,
        configuration,
        plan: { ...plan, stages: shares.map(({ stage }) => stage) },
        keys: shares.map(({ key }) => key),
      });
    }
  }
  if (cells.length === 0) {
    throw new UserError(
      `${where}: no cell: none of the axes' values applies to ${tasks.length === 1 ? "task" : "any of the tasks"} ${tasks.join(", ")}`,
    );
  }
  return { index, cells, shared, targets, tasks };
}

/** Seeks the forms that plans are made with, for the configurations that ask for it. */
async function seekForms(
  { configurations, solver, solve }: PlanRequest,
  dataOfTasks: readonly TaskData[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const seeking = configurations.filter(({ seek }) => seek !== undefined);
  if (seeking.length === 0) return;
  const session = solverSession(solver, { ...solve, kernels: "interpreted" }, { signal });
  try {
    for (const { seek, isFor } of seeking) {
      for (const data of dataOfTasks) {
        if (isFor?.(data.task, data.index) === false) continue;
        await seek!(data, (problems, options) => session.solve(problems, { ...solve, ...options }));
      }
    }
  } finally {
    await session.close();
  }
}

/**
 * @throws UserError where every prediction of every cell needs a stage that is known to have no solution; where fits are a
 * result by themselves, or there is no target, only if there is no fit either
 */
export function demandPrediction(
  { cells, targets }: SweepPlan,
  results: ReadonlyMap<string, SolveResult>,
  { where, method }: Pick<PlanRequest, "where" | "method">,
): void {
  const skipped = skippedStages(cells, results);
  const first = skipped[0];
  const fitsAlone = method.fitsAlone || targets.length === 0;
  const isOfUse = fitsAlone ? canFit : canPredict;
  if (first === undefined || cells.some((cell) => isOfUse(cell, results))) return;
  // One reason may skip all stages of a task.
  const reasons = new Set(skipped.map(({ cell: { task }, reason }) => JSON.stringify([task, reason])));
  const more = reasons.size > 1 ? ` (and ${reasons.size - 1} more)` : "";
  throw new UserError(
    `${where}: no cell can be ${fitsAlone ? "fitted" : "predicted"}: ${first.cell.task}, ${first.stage}: ${first.reason}${more}`,
  );
}

/**
 * Solves the problems of a plan that have no result yet; then poses the stages that waited for them, and solves those.
 *
 * @param results of problems by key: problems in it are not solved again, new results are added
 * @param solve a solver of problems, results in their order
 * @param isWanted says by its key whether a problem is solved; the others are left without a result. @default all are
 * @returns the problems solved
 */
export async function solvePlan(
  plan: SweepPlan,
  results: Map<string, SolveResult>,
  solve: (problems: Problem[]) => Promise<readonly SolveResult[]>,
  isWanted: (key: string) => boolean = () => true,
): Promise<Problem[]> {
  const { shared } = plan;
  const all: Problem[] = [];
  do {
    for (const [key, reason] of shared.unsolvable) results.set(key, { skipped: { reason } });
    const open = shared.problems.filter(({ key }) => !results.has(key) && isWanted(key));
    const solved = open.length === 0 ? [] : await solveWeighed(open, solve, runsIn(plan));
    open.forEach(({ key }, i) => {
      results.set(key, solved[i]!);
    });
    for (const problem of shared.problems) takeNoise(problem, results.get(problem.key));
    all.push(...open);
  } while (poseWaiting(plan, results) > 0);
  return all;
}

/** Finds the runs of the points of a plan's problem. */
function runsIn({ cells }: SweepPlan): (problem: Problem) => PointRuns {
  return ({ key }) => {
    for (const { plan, keys } of cells) {
      const stage = plan.stages[keys.indexOf(key)];
      if (stage !== undefined && "problem" in stage) return stage;
    }
    throw new RangeError(`no stage has problem ${key}`);
  };
}

/** Keys of the problems whose fits other stages wait for. */
export function problemsBehind({ cells }: SweepPlan): Set<string> {
  const behind = cells.flatMap(({ plan, keys }) =>
    plan.stages.flatMap((stage) => (isWaiting(stage) ? stage.posing.after.map((place) => keys[place]) : [])),
  );
  return new Set(behind.filter((key) => key !== undefined));
}

/** Poses the stages whose turn has come. @returns how many */
function poseWaiting({ cells, shared }: SweepPlan, results: ReadonlyMap<string, SolveResult>): number {
  let posed = 0;
  for (const cell of cells) {
    const { plan, task } = cell;
    if (!plan.stages.some(isWaiting)) continue;
    const stages = plan.stages.map((stage, s) => {
      if (!isWaiting(stage)) return stage;
      posed++;
      const sharedStage = shared.share(poseStage(stage, cell, results), task);
      cell.keys[s] = sharedStage.key;
      return sharedStage.stage;
    });
    cell.plan = { ...plan, stages };
  }
  return posed;
}

function poseStage(
  stage: WaitingStage,
  { plan, keys }: Cell,
  results: ReadonlyMap<string, SolveResult>,
): Stage {
  const parameters: Float64Array[] = [];
  for (const place of stage.posing.after) {
    const result = results.get(keys[place] ?? "");
    if (result === undefined || !("solution" in result)) {
      const { name, subject } = plan.stages[place]!;
      const missing = subject === undefined ? name : `${name} of ${subject}`;
      return { ...stage, skipped: { reason: `it is made with the fit of ${missing}, which has none` } };
    }
    parameters.push(result.solution.parameters);
  }
  return { ...stage, ...stage.posing.pose(parameters) };
}

/** Most FLOPs of a fit run at the end of its training. */
export function largestCompute({ index, tasks }: SweepPlan): number {
  const { c } = index.table;
  const last = tasks.flatMap((task) => index.fitRuns(task).map(({ rows }) => c[rows.at(-1)!]!));
  return last.reduce((most, value) => Math.max(most, value), 0);
}
