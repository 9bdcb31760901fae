import type { Prediction } from "../methods/method.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { Cell } from "./plan-sweep.ts";

/** A prediction of one cell. */
export interface ScoredPrediction extends Prediction {
  cell: Cell;
}

/** A stage of a cell that has no solution, and why. */
export interface SkippedStage {
  cell: Cell;
  stage: string;
  problem: string | undefined;
  reason: string;
}

/** The stages that have no solution: those that cannot be posed, and those of problems that were skipped. */
export function skippedStages(
  cells: readonly Cell[],
  results: ReadonlyMap<string, SolveResult>,
): SkippedStage[] {
  return cells.flatMap((cell) =>
    cell.plan.stages.flatMap((stage, i) => {
      const problem = cell.keys[i];
      const outcome = "skipped" in stage ? stage : results.get(problem!);
      if (outcome === undefined || !("skipped" in outcome)) return [];
      return [{ cell, stage: stage.name, problem, reason: outcome.skipped.reason }];
    }),
  );
}

/** Chains the solutions of each cell into predictions; a cell with a stage unsolved has none. */
export function predictCells(
  cells: readonly Cell[],
  results: ReadonlyMap<string, SolveResult>,
): ScoredPrediction[] {
  return cells.flatMap((cell) => {
    const parameters = cell.keys.flatMap((key) => {
      const result = key === undefined ? undefined : results.get(key);
      return result !== undefined && "solution" in result ? [result.solution.parameters] : [];
    });
    if (parameters.length < cell.plan.stages.length) return [];
    return cell.plan.predict(parameters).map((prediction) => ({ ...prediction, cell }));
  });
}

/** (value - reference) / reference, signed. */
export function relativeError(value: number, reference: number): number {
  return (value - reference) / reference;
}
