import { type Feature, featureOf } from "../feature.ts";
import type { Stage, TaskData } from "../method.ts";
import { whyNoLogarithm } from "../positive-loss.ts";
import { planSizeStage } from "../size-stage.ts";
import { type LadderRecipe, sizeVariables } from "./recipe.ts";

/**
 * Step 1: the final feature of each fit run against its size, residuals of logarithms (Bhagia et al., 2024,
 * equations 1 and 4, section 3.1).
 *
 * @throws UserError for a feature <= 0
 */
export function planStep1(recipe: LadderRecipe, feature: Feature, { index, task }: TaskData): Stage {
  return planSizeStage(
    {
      name: "step1",
      form: recipe.input.law,
      quantity: featureOf(feature, task, index),
      runs: recipe.runs,
      finalWindow: recipe.finalWindow,
      bounds: recipe.bounds1,
      loss: recipe.loss1,
      residual: "log",
      variables: (size) => sizeVariables(recipe, size),
      check: (final) => whyNoLogarithm(index.table, feature.metric, final),
    },
    index,
  );
}
