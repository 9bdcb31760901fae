import { defineAxis } from "../../axis.ts";
import { anyName } from "../../axis-values.ts";
import { ALL_CORPORA, type LossToLossRecipe } from "../recipe.ts";

export const destination = defineAxis<LossToLossRecipe, string>({
  name: "destination",
  description:
    "corpus (family) of the runs whose loss is predicted; all stands for each corpus that the relation may have with the " +
    "source: the source itself in train-to-test, loss-to-error and scaling-law, every other one in test-to-test and " +
    "composed, every one in train-to-train",
  values: anyName("all, or a family of the table", ALL_CORPORA),
  default: ALL_CORPORA,
  apply(recipe, value) {
    recipe.destination = value;
  },
});
