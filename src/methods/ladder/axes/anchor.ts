import { defineAxis } from "../../axis.ts";
import { flag } from "../../axis-values.ts";
import type { LadderRecipe } from "../recipe.ts";

export const anchor = defineAxis<LadderRecipe, boolean>({
  name: "anchor",
  description: "whether step 2 has the extra point (feature 0, accuracy 1)",
  values: flag,
  default: true,
  apply(recipe, value) {
    if (value) recipe.extraPoints.push({ x: 0, y: 1 });
  },
});
