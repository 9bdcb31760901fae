import { UserError } from "../../errors.ts";
import { firstBadShares } from "../../tables/shares.ts";
import type { Quantity } from "../measured.ts";
import type { Stage } from "../method.ts";
import { perIndex } from "../per-index.ts";
import { demandPositive } from "../positive-loss.ts";
import type { RunIndex, Target } from "../runs.ts";
import { planSizeStage } from "../size-stage.ts";
import { type Law, lawOf } from "./law.ts";
import type { MixRecipe } from "./recipe.ts";

/** @throws UserError for a row whose shares are no mixture */
const demandShares = perIndex(
  () => "",
  ({ table }) => {
    const problem = firstBadShares(table);
    if (problem !== undefined) throw new UserError(problem);
    return true;
  },
);

/**
 * The law of a recipe for the sources of a table, or why there is none.
 *
 * @throws UserError for shares that are no mixture
 */
export function lawOfTable({ law, ...recipe }: MixRecipe, index: RunIndex): Law | { reason: string } {
  const { table } = index;
  if (law !== "m1") demandShares(index, undefined);
  return lawOf(law, [...table.mixes.keys()], recipe);
}

/**
 * Step 1: a final loss of each fit run against its FLOPs by source, residuals of logarithms (Chen et al., 2025, section
 * 4.1).
 *
 * @param subject what the loss is of, where it is not the task's own
 * @throws UserError for a loss <= 0
 */
export function planStep1(
  { runs, finalWindow, bounds1: bounds, loss1: loss }: MixRecipe,
  { form, variables }: Law,
  { quantity, subject, name = "step1" }: { quantity: Quantity; subject?: string; name?: string },
  index: RunIndex,
): Stage {
  return planSizeStage(
    {
      name,
      ...(subject !== undefined && { subject }),
      form,
      variables,
      quantity,
      runs,
      finalWindow,
      bounds,
      loss,
      residual: "log",
      check: (final) => demandPositive(index.table, quantity.metric, final),
    },
    index,
  );
}

/** Targets that the law cannot be asked for, each a stage that is skipped. */
export function targetsLeftOut(name: string, targets: readonly Target[], { variables }: Law): Stage[] {
  return targets.flatMap((target) => {
    const found = variables(target);
    if (!("leftOut" in found)) return [];
    return [
      { name, target: target.name, skipped: { reason: `${target.name} is not predicted: ${found.leftOut}` } },
    ];
  });
}
