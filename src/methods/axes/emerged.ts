import { defineAxis } from "../axis.ts";
import { flag } from "../axis-values.ts";
import type { CheckpointChoices } from "../checkpoint-choices.ts";

export const emerged = defineAxis<CheckpointChoices, boolean>({
  name: "emerged",
  description:
    "whether only checkpoints whose score beats chance by a margin are points of step 2; the chance level of a task is " +
    "its metric chance, from the table or the sweep's key chance",
  values: flag,
  default: true,
  apply(recipe, value) {
    recipe.rule.margin = value ? 0.05 : undefined;
  },
});
