import { defineAxis } from "../../axis.ts";
import { anyName } from "../../axis-values.ts";
import { ALL_CORPORA, type LossToLossRecipe } from "../recipe.ts";

export const source = defineAxis<LossToLossRecipe, string>({
  name: "source",
  description: "corpus (family) of the runs whose loss is known; all stands for each corpus of the table",
  values: anyName("all, or a family of the table", ALL_CORPORA),
  default: ALL_CORPORA,
  apply(recipe, value) {
    recipe.source = value;
  },
});
