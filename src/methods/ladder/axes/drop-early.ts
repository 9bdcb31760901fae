import { defineAxis } from "../../axis.ts";
import { numberWhere } from "../../axis-values.ts";
import { dropEarly as drop } from "../../series.ts";
import type { LadderRecipe } from "../recipe.ts";

export const dropEarly = defineAxis<LadderRecipe, number>({
  name: "drop_early",
  description: "share of each run's first checkpoints left out of step 2, rounded up; never its last",
  values: numberWhere("a number >= 0 and < 1", (value) => value >= 0 && value < 1),
  default: 0.1,
  apply(recipe, value) {
    recipe.filters.push(drop(value));
  },
});
