import { defineAxis } from "../axis.ts";
import { oneOf } from "../axis-values.ts";
import type { CheckpointChoices } from "../checkpoint-choices.ts";

export const improvementUnit = defineAxis<CheckpointChoices, "relative" | "table">({
  name: "improvement_unit",
  description:
    "what that loss is rounded in: relative, with the median last loss of the fit runs as 2.5, about a model's in nats, so that " +
    "nats, bits and bits a byte keep the same checkpoints; table, as it stands, as the paper does with nats; idle where improvement is none",
  values: oneOf("relative", "table"),
  default: "relative",
  apply(recipe, value) {
    recipe.rule.improvementUnit = value;
  },
});
