import { defineAxis } from "../../axis.ts";
import { oneOf } from "../../axis-values.ts";
import type { LossToLossRecipe } from "../recipe.ts";

export const sourceLoss = defineAxis<LossToLossRecipe, "measured" | "law">({
  name: "source_loss",
  description:
    "what a target is predicted from: the measured loss of its pair (measured), or what the law of the source gives for its " +
    "size (law); idle in scaling-law",
  values: oneOf("measured", "law"),
  default: "measured",
  apply(recipe, value) {
    recipe.sourceLoss = value;
  },
});
