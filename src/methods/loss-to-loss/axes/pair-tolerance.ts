import { defineAxis } from "../../axis.ts";
import { numberWhere } from "../../axis-values.ts";
import type { LossToLossRecipe } from "../recipe.ts";

export const pairTolerance = defineAxis<LossToLossRecipe, number>({
  name: "pair_tolerance",
  description:
    "relative difference up to which parameters, tokens and budgets of two runs are the same; of several runs the nearest is taken",
  values: numberWhere("a number >= 0 and < 1", (value) => value >= 0 && value < 1),
  default: 1e-6,
  apply(recipe, value) {
    recipe.pairTolerance = value;
  },
});
