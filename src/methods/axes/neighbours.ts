import { defineAxis } from "../axis.ts";
import { wholeNumber } from "../axis-values.ts";
import type { CheckpointChoices } from "../checkpoint-choices.ts";

export const neighbours = defineAxis<CheckpointChoices, number>({
  name: "neighbours",
  description:
    "checkpoints on either side whose mean score, without the checkpoint's own, is what must beat chance; 0 takes its own " +
    "score, by which checkpoints near the margin are kept for their luck; idle where emerged is false",
  values: wholeNumber(0),
  default: 0,
  apply(recipe, value) {
    recipe.rule.neighbours = value;
  },
});
