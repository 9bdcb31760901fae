import { UserError } from "../../errors.ts";
import { locate } from "../../tables/checkpoint-table.ts";
import type { Stage, TaskData } from "../method.ts";
import { type Feature, featureOf } from "./feature.ts";
import type { LadderRecipe } from "./recipe.ts";
import { planSizeStage } from "./size-stage.ts";

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
      check({ rows, values }) {
        const bad = values.findIndex((value) => value <= 0);
        if (bad < 0) return undefined;
        throw new UserError(
          `${locate(index.table, rows[bad]!)}, column ${JSON.stringify(feature.metric)}: ${values[bad]}; ` +
            "allowed: a number > 0 (step 1 takes its logarithm)",
        );
      },
    },
    recipe,
    index,
  );
}
