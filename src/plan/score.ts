import type { Verdict } from "../identifiability/determined.ts";
import { isWaiting, type Prediction } from "../methods/method.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { Cell } from "./plan-sweep.ts";

/** A prediction of one cell. */
export interface ScoredPrediction extends Prediction {
  cell: Cell;
  /** Whether the data determine the prediction; undefined if it was not judged. */
  verdict?: Verdict;
}

/** Whether a prediction counts as determined; one that was not judged does. */
export function isDetermined({ verdict }: { verdict?: Verdict | undefined }): boolean {
  return verdict === undefined || verdict.determined === "yes";
}

/** A stage of a cell without a solution, and why. */
export interface SkippedStage {
  cell: Cell;
  stage: string;
  /** Subject of its response, if that is not the task. */
  subject: string | undefined;
  /** The one target that the stage is for; undefined where all share it. */
  target: string | undefined;
  problem: string | undefined;
  reason: string;
}

/**
 * The stages that have no solution: those that cannot be posed, and those of problems that were skipped; then those that
 * have one and leave a target without a prediction.
 */
export function skippedStages(
  cells: readonly Cell[],
  results: ReadonlyMap<string, SolveResult>,
): SkippedStage[] {
  return cells.flatMap((cell) => {
    const unsolved = cell.plan.stages.flatMap((stage, i): SkippedStage[] => {
      const problem = cell.keys[i];
      const outcome = "skipped" in stage ? stage : results.get(problem ?? "");
      if (outcome === undefined || !("skipped" in outcome)) return [];
      const { name, subject, target } = stage;
      return [{ cell, stage: name, subject, target, problem, reason: outcome.skipped.reason }];
    });
    const unpredicted = cell.plan.unpredicted?.(fittedParameters(cell, results)) ?? [];
    return [
      ...unsolved,
      ...unpredicted.map((stage) => ({ cell, subject: undefined, problem: undefined, ...stage })),
    ];
  });
}

/** Whether some stage has a solution if every problem without a result yet is taken to have one. */
export function canFit({ keys, plan }: Cell, results: ReadonlyMap<string, SolveResult>): boolean {
  return plan.stages.some(
    (stage, i) => !("skipped" in stage || "skipped" in (results.get(keys[i] ?? "") ?? {})),
  );
}

/** Whether a target of the cell can be predicted if every problem without a result yet is taken to have a solution. */
export function canPredict(cell: Cell, results: ReadonlyMap<string, SolveResult>): boolean {
  // Only the plan knows which stages a target needs.
  return cell.plan.predict(placeholders(cell, results)).length > 0;
}

/** Parameters of 0 for each stage of a cell that has a solution, or may get one: with them a plan says what it predicts. */
function placeholders(
  { keys, plan }: Cell,
  results: ReadonlyMap<string, SolveResult>,
): (Float64Array | undefined)[] {
  return plan.stages.map((stage, i) => {
    if ("skipped" in stage || "skipped" in (results.get(keys[i] ?? "") ?? {})) return undefined;
    const { form } = isWaiting(stage) ? stage.posing : stage.problem;
    return new Float64Array(form.parameterNames.length);
  });
}

/** Solution of each stage of a cell; undefined where there is none. */
export function fittedParameters(
  { keys }: Pick<Cell, "keys">,
  results: ReadonlyMap<string, SolveResult>,
): (Float64Array | undefined)[] {
  return keys.map((key) => {
    const result = key === undefined ? undefined : results.get(key);
    return result !== undefined && "solution" in result ? result.solution.parameters : undefined;
  });
}

/** Chains the solutions of each cell into predictions; a target with a stage unsolved has none. */
export function predictCells(
  cells: readonly Cell[],
  results: ReadonlyMap<string, SolveResult>,
): ScoredPrediction[] {
  return cells.flatMap((cell) => {
    return cell.plan.predict(fittedParameters(cell, results)).map((prediction) => ({ ...prediction, cell }));
  });
}

/** (value - reference) / reference, signed. */
export function relativeError(value: number, reference: number): number {
  return (value - reference) / reference;
}
