import type { Target } from "../methods/runs.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { formatNumber } from "../tables/format.ts";

/** No one predicts so far below the smallest run, or so far above the largest: the unit is another one. */
const [BELOW, ABOVE] = [1e-3, 1e5];

/** Targets whose parameters or tokens must be in another unit than those of the runs to fit, a line each. */
export function targetUnitLines({ role, ...table }: CheckpointTable, targets: readonly Target[]): string[] {
  return (["n", "d"] as const).flatMap((size) => {
    const fit = table[size].filter((value, row) => role[row] === "fit" && value > 0);
    if (fit.length === 0) return [];
    const [least, most] = fit.reduce(
      ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
      [Number.POSITIVE_INFINITY, 0],
    );
    return targets
      .filter((target) => target[size] < BELOW * least || target[size] > ABOVE * most)
      .map(
        ({ name, [size]: value }) =>
          `target ${name} has ${size} = ${value}, runs to fit have ${formatNumber(least)} to ${formatNumber(most)}: give it in the unit of the table`,
      );
  });
}
