import { OWN_CORPUS } from "../../../tables/importers/loss-to-loss-columns.ts";
import { defineAxis } from "../../axis.ts";
import { anyName } from "../../axis-values.ts";
import type { LossToLossRecipe } from "../recipe.ts";

export const trainSubject = defineAxis<LossToLossRecipe, string>({
  name: "train_subject",
  description: "subject that holds each run's train loss, its loss on the corpus that it was trained on",
  values: anyName("a subject of the table"),
  default: OWN_CORPUS,
  apply(recipe, value) {
    recipe.trainSubject = value;
  },
});
