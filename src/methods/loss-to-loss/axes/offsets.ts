import { defineAxis } from "../../axis.ts";
import { oneOf } from "../../axis-values.ts";
import type { LossToLossRecipe, Offsets } from "../recipe.ts";

export const offsets = defineAxis<LossToLossRecipe, Offsets>({
  name: "offsets",
  description:
    "the irreducible losses E0 and E1 of a translation: those of laws of their own (fixed), E0 of one and E1 fitted with K and " +
    "kappa (destination-free), or both fitted (free); E1 of loss-to-error is always fitted",
  values: oneOf("fixed", "destination-free", "free"),
  default: "fixed",
  apply(recipe, value) {
    recipe.offsets = value;
  },
});
