import { isWaiting, type Stage, type WaitingStage } from "../methods/method.ts";
import type { Problem, SolveResult } from "../solve/problem.ts";
import type { Cell, SweepPlan } from "./plan-sweep.ts";

/**
 * Solves the problems of a plan that have no result yet; then poses the stages that waited for them, and solves those.
 *
 * @param results of problems by key: those known are not solved again, new ones are added
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
    const solved = open.length === 0 ? [] : await solve(open);
    open.forEach(({ key }, i) => {
      results.set(key, solved[i]!);
    });
    all.push(...open);
  } while (poseWaiting(plan, results) > 0);
  return all;
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
      const own = shared.share(poseStage(stage, cell, results), task);
      cell.keys[s] = own.key;
      return own.stage;
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
