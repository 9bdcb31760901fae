import { defineAxis } from "../axis.ts";
import type { Feature } from "../feature.ts";
import { featureName, parseFeature } from "../feature.ts";

export const feature = defineAxis<{ feature: Feature | undefined }, string>({
  name: "feature",
  description:
    "what step 1 predicts and step 2 starts from: a metric of the task (loss, ce), of another subject (loss@c4), the " +
    "mean over several subjects (loss@c4+pile) or over all validation domains, which are the subjects without an " +
    "accuracy (loss@domains); none is a single step from size to score, which leaves the choices of step 2 idle",
  values: featureName,
  default: "loss",
  apply(recipe, value) {
    recipe.feature = parseFeature(value);
  },
});
