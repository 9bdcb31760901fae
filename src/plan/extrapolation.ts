import type { Cell, SweepPlan } from "./plan-sweep.ts";
import { predicatesOf, runsUsedBy } from "./runs-used.ts";

/** How far a prediction extrapolates. */
export interface Extrapolation {
  /** Fit runs that the cell uses and that were measured on its task. */
  runsUsed: number;
  /** FLOPs of the target over the most FLOPs of such a run. */
  ratio: number;
}

/** Makes a function that measures how far the predictions of a plan extrapolate. */
export function extrapolationOf({
  index,
  targets,
}: Pick<SweepPlan, "index" | "targets">): (prediction: { cell: Cell; target: string }) => Extrapolation {
  const usedBy = runsUsedBy(index);
  const flops = new Map(targets.map(({ name, c }) => [name, c]));
  return ({ cell, target }) => {
    const { runs, largestC } = usedBy(predicatesOf(cell.configuration), [cell.task]);
    return { runsUsed: runs, ratio: flops.get(target)! / largestC };
  };
}
