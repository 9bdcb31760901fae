import { defineMethod } from "../method.ts";
import { ladderAxes } from "./axes.ts";
import { emptyRecipe, type LadderRecipe } from "./recipe.ts";
import { planSingle } from "./single-step.ts";
import { planLadderSteps } from "./two-steps.ts";

/**
 * Task scaling laws from a ladder of small models (Bhagia et al., 2024, arXiv 2412.04403): size to task loss, task
 * loss to accuracy; or in one step. The defaults of the axes are the paper's main method.
 */
export const ladder = defineMethod<LadderRecipe>({
  name: "ladder",
  description:
    "two steps, from size to the task's loss and from loss to accuracy, or both in one (Bhagia et al., 2024)",
  stages: ["step1", "step2", "single"],
  axes: ladderAxes,
  emptyRecipe,
  metric: ({ score }) => score,
  needs: ({ feature, score, linkRuns }) => [
    ...(feature !== undefined && feature.subjects === undefined
      ? [{ metric: feature.metric, on: "fit" } as const]
      : []),
    { metric: score, on: feature === undefined ? "fit" : linkRuns },
  ],
  predicates: ({ runs }) => [runs],
  plan: (recipe, data) =>
    recipe.feature === undefined ? planSingle(recipe, data) : planLadderSteps(recipe, recipe.feature, data),
});
