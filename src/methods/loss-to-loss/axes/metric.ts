import { isLoss } from "../../../tables/checkpoint-table.ts";
import { defineAxis } from "../../axis.ts";
import { anyName } from "../../axis-values.ts";
import type { LossToLossRecipe } from "../recipe.ts";

const names = anyName("a loss: loss, ce, mc_loss, ...");

export const metric = defineAxis<LossToLossRecipe, string>({
  name: "metric",
  description: "metric of the losses on tasks; the train loss is always the metric loss",
  values: {
    ...names,
    read(given, context) {
      const read = names.read(given, context);
      return "value" in read && !isLoss(read.value) ? { problem: JSON.stringify(given) } : read;
    },
  },
  default: "loss",
  apply(recipe, value) {
    recipe.metric = value;
  },
});
