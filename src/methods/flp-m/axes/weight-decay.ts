import type { Training } from "../../../solve/problem.ts";
import { defineAxis } from "../../axis.ts";
import { numberWhere } from "../../axis-values.ts";

export const weightDecay = defineAxis<{ training: Training }, number>({
  name: "weight_decay",
  description:
    "added to the gradient of the mean squared residual, times the parameter; idle unless link is network",
  values: numberWhere("a number >= 0", (value) => value >= 0),
  default: 0.01,
  apply(recipe, value) {
    recipe.training = { ...recipe.training, weightDecay: value };
  },
});
