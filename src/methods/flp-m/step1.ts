import { UserError } from "../../errors.ts";
import { firstBadShares } from "../../tables/shares.ts";
import type { Quantity } from "../measured.ts";
import type { Stage } from "../method.ts";
import { perIndex } from "../per-index.ts";
import { whyNoLogarithm } from "../positive-loss.ts";
import type { RunIndex } from "../runs.ts";
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
 * @param subject what the loss is of
 * @throws UserError for a loss <= 0
 */
export function planStep1(
  { runs, finalWindow, bounds1: bounds, loss1: loss }: MixRecipe,
  { form, variables }: Law,
  { quantity, subject }: { quantity: Quantity; subject: string },
  index: RunIndex,
): Stage {
  return planSizeStage(
    {
      name: "step1",
      subject,
      form,
      variables,
      quantity,
      runs,
      finalWindow,
      bounds,
      loss,
      residual: "log",
      check: (final) => whyNoLogarithm(index.table, quantity.metric, final),
    },
    index,
  );
}
