import { UserError } from "../errors.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { SweepPlan } from "./plan-sweep.ts";
import type { ResolvedSweep } from "./resolve.ts";
import { canFit, canPredict, skippedStages } from "./score.ts";

/**
 * @throws UserError where every prediction of every cell needs a stage that is known to have no solution; where fits are a
 * result of their own, only where there is no fit either
 */
export function demandPrediction(
  { cells }: SweepPlan,
  results: ReadonlyMap<string, SolveResult>,
  { where, method }: Pick<ResolvedSweep, "where" | "method">,
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
