import type { Plan, TaskData } from "../method.ts";
import { actualMean } from "./actual.ts";
import { type Feature, featureOf } from "./feature.ts";
import { type LadderRecipe, sizeVariables } from "./recipe.ts";
import { planStep1 } from "./step1.ts";
import { planStep2 } from "./step2.ts";

/** The chain: step 1 at the target's size, its result put into step 2 (Bhagia et al., 2024, section 3.3). */
export function planTwoSteps(recipe: LadderRecipe, feature: Feature, data: TaskData): Plan {
  const { index, task, targets } = data;
  const { input, link, linkRuns, finalWindow } = recipe;
  const x = featureOf(feature, task, index);
  const y = { metric: recipe.score, subjects: [task] };
  return {
    stages: [planStep1(recipe, feature, data), ...planStep2(recipe, feature, data)],
    predict([step1, ...links]) {
      if (step1 === undefined) return [];
      return targets.flatMap((target, i) => {
        const step2 = links[linkRuns === "fit" ? 0 : i];
        if (step2 === undefined) return [];
        const featurePredicted = input.law.value(step1, sizeVariables(recipe, target));
        const featureActual = actualMean(index, x, target.name, finalWindow);
        return [
          {
            target: target.name,
            predicted: link.value(step2, [featurePredicted]),
            actual: actualMean(index, y, target.name, finalWindow),
            featurePredicted,
            featureActual,
            linkPredicted: Number.isNaN(featureActual) ? Number.NaN : link.value(step2, [featureActual]),
          },
        ];
      });
    },
  };
}
