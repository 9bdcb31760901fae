import { defineAxis } from "../../axis.ts";
import { wholeNumber } from "../../axis-values.ts";
import { smooth } from "../../series.ts";
import type { LadderRecipe } from "../recipe.ts";

export const smoothingWindow = defineAxis<LadderRecipe, number>({
  name: "smoothing_window",
  description: "checkpoints in the trailing moving average of feature and accuracy before step 2; 1 is none",
  values: wholeNumber(1),
  default: 5,
  apply(recipe, value) {
    if (value > 1) recipe.filters.push(smooth(value));
  },
});
