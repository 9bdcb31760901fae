import { defineAxis } from "../../axis.ts";
import { oneOf } from "../../axis-values.ts";
import type { LinkRuns } from "../../checkpoint-points.ts";

export const stage2Runs = defineAxis<{ linkRuns: LinkRuns }, LinkRuns>({
  name: "stage2_runs",
  description:
    "runs whose checkpoints step 2 is fitted on: the fit runs, or for each target those targets that have fewer " +
    "parameters (siblings, appendix B), where the fit runs do no better than chance",
  values: oneOf("fit", "siblings"),
  default: "fit",
  apply(recipe, value) {
    recipe.linkRuns = value;
  },
});
