import { defineMethod, type Prediction, type TaskData } from "../method.ts";
import { ladderAxes } from "./axes.ts";
import { finalMean } from "./final-mean.ts";
import { emptyRecipe, type LadderRecipe, SCORE } from "./recipe.ts";
import { planStep1 } from "./step1.ts";
import { planStep2 } from "./step2.ts";

/**
 * Task scaling laws from a ladder of small models in two steps (Bhagia et al., 2024, arXiv 2412.04403): size
 * to task loss, task loss to accuracy. The defaults of the axes are the paper's main method.
 */
export const ladder = defineMethod<LadderRecipe>({
  name: "ladder",
  description: "two steps: from size to the task's loss, from loss to accuracy (Bhagia et al., 2024)",
  stages: ["step1", "step2"],
  axes: ladderAxes,
  emptyRecipe,
  metrics: ({ feature }) => [feature, SCORE],
  plan: (recipe, data) => ({
    stages: [planStep1(recipe, data), planStep2(recipe, data)],
    predict: ([step1, step2]) => predictTargets(recipe, data, step1!, step2!),
  }),
});

/** The chain: step 1 at the target's size, its result put into step 2. */
function predictTargets(
  { law, link, feature, finalWindow }: LadderRecipe,
  { index, task, targets }: TaskData,
  step1: Float64Array,
  step2: Float64Array,
): Prediction[] {
  const actualMean = (metric: string, target: string): number => {
    const values = index.table.metrics.get(metric);
    return values === undefined ? Number.NaN : finalMean(index.targetRows(task, target), values, finalWindow);
  };
  return targets.map((target) => {
    const featurePredicted = law.form.value(step1, law.variables(target));
    const featureActual = actualMean(feature, target.name);
    return {
      target: target.name,
      predicted: link.value(step2, [featurePredicted]),
      actual: actualMean(SCORE, target.name),
      featurePredicted,
      featureActual,
      linkPredicted: Number.isNaN(featureActual) ? Number.NaN : link.value(step2, [featureActual]),
    };
  });
}
