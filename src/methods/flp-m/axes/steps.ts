import type { Training } from "../../../solve/problem.ts";
import { defineAxis } from "../../axis.ts";
import { wholeNumber } from "../../axis-values.ts";

export const steps = defineAxis<{ training: Training }, number>({
  name: "steps",
  description: "steps of Adam, all points at each; idle unless link is network",
  values: wholeNumber(1),
  default: 2000,
  apply(recipe, value) {
    recipe.training = { ...recipe.training, steps: value };
  },
});
