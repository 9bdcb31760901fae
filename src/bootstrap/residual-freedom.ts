import { freeParameters } from "../solve/bounds.ts";
import type { StageUse } from "./plan-bootstrap.ts";

/**
 * Runs with points less free parameters, of the resampled stage that has the fewest: degrees of freedom of the noise that
 * a cell's draws are made of. Undefined where no stage is resampled.
 */
export function residualFreedom(uses: readonly (StageUse | undefined)[]): number | undefined {
  const left = uses.flatMap((use) => {
    if (use === undefined || use.isHeld || use.skipped !== undefined) return [];
    return [use.points.measuredRuns - freeParameters(use.points.problem)];
  });
  return left.length === 0 ? undefined : Math.min(...left);
}
