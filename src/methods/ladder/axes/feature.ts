import { defineAxis } from "../../axis.ts";
import { anyName } from "../../axis-values.ts";
import type { LadderRecipe } from "../recipe.ts";

export const feature = defineAxis<LadderRecipe, string>({
  name: "feature",
  description: "metric of the task that step 1 predicts and step 2 starts from: loss, ce, ...",
  values: anyName("the name of a metric, such as loss, ce"),
  default: "loss",
  apply(recipe, value) {
    recipe.feature = value;
  },
});
