import { defineAxis } from "../axis.ts";
import { wholeNumber } from "../axis-values.ts";
import type { CheckpointChoices } from "../checkpoint-choices.ts";

export const improvementDecimals = defineAxis<CheckpointChoices, number>({
  name: "improvement_decimals",
  description: "decimals to which that loss is rounded before it is compared; idle where improvement is none",
  values: wholeNumber(0),
  default: 2,
  apply(recipe, value) {
    if (recipe.pretraining !== undefined) recipe.rule.improvementDecimals = value;
  },
});
