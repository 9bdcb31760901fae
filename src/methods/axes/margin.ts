import { defineAxis } from "../axis.ts";
import { numberWhere } from "../axis-values.ts";
import type { CheckpointChoices } from "../checkpoint-choices.ts";

export const margin = defineAxis<CheckpointChoices, number>({
  name: "margin",
  description: "share by which a score must beat chance, 0.05 for 5 points; idle where emerged is false",
  values: numberWhere("a number >= 0 and < 1", (value) => value >= 0 && value < 1),
  default: 0.05,
  apply(recipe, value) {
    if (recipe.rule.margin !== undefined) recipe.rule.margin = value;
  },
});
