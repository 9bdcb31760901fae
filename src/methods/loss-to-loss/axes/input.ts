import { defineAxis } from "../../axis.ts";
import { anyName } from "../../axis-values.ts";
import { type LossToLossRecipe, TASK_INPUT, TRAIN_INPUT } from "../recipe.ts";

export const input = defineAxis<LossToLossRecipe, string>({
  name: "input",
  description:
    "source loss of train-to-test and loss-to-error: the train loss (train), the loss on the task (task), or that on another " +
    "subject; idle elsewhere",
  values: anyName("train, task, or a subject of the table", TRAIN_INPUT, TASK_INPUT),
  default: TRAIN_INPUT,
  apply(recipe, value) {
    recipe.input = value;
  },
});
