import { defineAxis } from "../../axis.ts";
import { oneOf } from "../../axis-values.ts";
import type { LadderRecipe } from "../recipe.ts";

export const format = defineAxis<LadderRecipe, "rc" | "mc">({
  name: "format",
  description:
    "answer format: ranked classification (metric accuracy, step 2 on the fit runs), or multiple choice (metric " +
    "mc_accuracy, step 2 for each target on its own early checkpoints, the rows with a phase)",
  values: oneOf("rc", "mc"),
  default: "rc",
  apply(recipe, value) {
    recipe.score = value === "rc" ? "accuracy" : "mc_accuracy";
    recipe.linkRuns = value === "rc" ? "fit" : "target";
  },
});
