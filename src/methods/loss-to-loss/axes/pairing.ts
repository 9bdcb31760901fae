import { defineAxis } from "../../axis.ts";
import { oneOf } from "../../axis-values.ts";
import type { LossToLossRecipe, Pairing } from "../recipe.ts";

export const pairing = defineAxis<LossToLossRecipe, Pairing>({
  name: "pairing",
  description:
    "which runs of two corpora are a pair: those with the same parameters and tokens (size), with the same tokens (tokens), or " +
    "of each budget of FLOPs the run of least loss on either corpus (budget); idle where source and destination are one",
  values: oneOf("size", "tokens", "budget"),
  default: "size",
  apply(recipe, value) {
    recipe.pairing = value;
  },
});
