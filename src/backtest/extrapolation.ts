import { predicateOf } from "../sweep/analysis/along-runs.ts";
import { runsUsedBy } from "../sweep/analysis/runs-used.ts";
import type { Cell, SweepPlan } from "../sweep/plan-sweep.ts";

/** How far a prediction goes beyond what it was made from. */
export interface Extrapolation {
  /** Fit runs that the cell uses and that were measured on its task. */
  runsUsed: number;
  /** FLOPs of the target over the most FLOPs of such a run. */
  ratio: number;
}

/** Makes a function that tells how far the predictions of a plan go. */
export function extrapolationOf(plan: SweepPlan): (one: { cell: Cell; target: string }) => Extrapolation {
  const usedBy = runsUsedBy(plan.index);
  const flops = new Map(plan.targets.map(({ name, c }) => [name, c]));
  return ({ cell, target }) => {
    const { runs, largestC } = usedBy(predicateOf(cell.configuration), [cell.task]);
    return { runsUsed: runs, ratio: flops.get(target)! / largestC };
  };
}
