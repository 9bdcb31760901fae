import type { Training } from "../../../solve/problem.ts";
import { defineAxis } from "../../axis.ts";
import { numberWhere } from "../../axis-values.ts";

export const learningRate = defineAxis<{ training: Training }, number>({
  name: "learning_rate",
  description: "learning rate of the first step, which falls linearly to 0; idle unless link is network",
  values: numberWhere("a number > 0", (value) => value > 0),
  default: 0.05,
  apply(recipe, value) {
    recipe.training = { ...recipe.training, learningRate: value };
  },
});
