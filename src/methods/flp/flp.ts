import { defineMethod } from "../method.ts";
import { flpAxes } from "./axes.ts";
import { planDirect } from "./direct.ts";
import { emptyRecipe, type FlpRecipe } from "./recipe.ts";
import { planFlpSteps } from "./two-steps.ts";

/**
 * From compute through the pre-training loss to the score, and the baselines that skip the loss (Chen et al., 2025,
 * arXiv 2410.08527, sections 2 and 3, appendices B to D). The defaults of the axes are the paper's FLP.
 */
export const flp = defineMethod<FlpRecipe>({
  name: "flp",
  description:
    "from compute to the pre-training loss and from there to the score, or straight to the score (Chen et al., 2025)",
  stages: ["step1", "step2", "single"],
  axes: flpAxes,
  emptyRecipe,
  metric: ({ score }) => score,
  needs: ({ feature, score, linkRuns }) => [
    ...(feature !== undefined && feature.subjects === undefined
      ? [{ metric: feature.metric, on: "fit" } as const]
      : []),
    { metric: score, on: feature === undefined || linkRuns === "fit" ? "fit" : "target" },
  ],
  predicates: ({ runs }) => [runs],
  plan: (recipe, data) =>
    recipe.feature === undefined ? planDirect(recipe, data) : planFlpSteps(recipe, recipe.feature, data),
});
