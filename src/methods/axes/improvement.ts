import { defineAxis } from "../axis.ts";
import type { ValueSet } from "../axis-values.ts";
import type { CheckpointChoices } from "../checkpoint-choices.ts";
import { featureName, parseFeature } from "../feature.ts";

const OWN = "own";

const values: ValueSet<string> = {
  type: "string",
  allowed: "own, none, METRIC@SUBJECT, METRIC@SUBJECT+SUBJECT, METRIC@domains",
  words: [OWN, ...(featureName.words ?? [])],
  read(given, context) {
    if (given === OWN) return { value: OWN };
    const read = featureName.read(given, context);
    if (!("value" in read) || read.value === "none" || read.value.includes("@")) return read;
    return { problem: JSON.stringify(given) };
  },
};

export const improvement = defineAxis<CheckpointChoices, string>({
  name: "improvement",
  description:
    "the pre-training loss that must have improved on all earlier checkpoints of the run for a checkpoint to be a point " +
    "of step 2: own is the loss that step 2 starts from, over several domains their mean; none keeps every checkpoint",
  values,
  default: OWN,
  apply(recipe, value) {
    recipe.pretraining = value === OWN ? OWN : parseFeature(value);
    recipe.rule.improvementDecimals = recipe.pretraining === undefined ? undefined : 2;
  },
});
