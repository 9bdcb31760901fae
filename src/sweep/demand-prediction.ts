import { UserError } from "../errors.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { SweepPlan } from "./plan-sweep.ts";
import { canPredict, skippedStages } from "./score.ts";

/** @throws UserError where every prediction of every cell needs a stage that is known to have no solution */
export function demandPrediction(
  { cells }: SweepPlan,
  results: ReadonlyMap<string, SolveResult>,
  where: string,
): void {
  const skipped = skippedStages(cells, results);
  const first = skipped[0];
  if (first === undefined || cells.some((cell) => canPredict(cell, results))) return;
  const more = skipped.length > 1 ? ` (and ${skipped.length - 1} more)` : "";
  throw new UserError(
    `${where}: no cell can be predicted: ${first.cell.task}, ${first.stage}: ${first.reason}${more}`,
  );
}
