import type { Plan, TaskData } from "../method.ts";
import { selectedRuns } from "../runs.ts";
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
  // Replicates are predicted by the thousand: what does not depend on the parameters is found once.
  const known = targets.map((target) => ({
    target,
    variables: sizeVariables(recipe, target),
    actual: actualMean(index, y, target.name, finalWindow),
    featureActual: actualMean(index, x, target.name, finalWindow),
  }));
  return {
    stages: [planStep1(recipe, feature, data), ...planStep2(recipe, feature, data)],
    fitRuns: selectedRuns(index, recipe.runs),
    predict([step1, ...links], [shift1 = 0, ...linkShifts] = []) {
      if (step1 === undefined) return [];
      return known.flatMap(({ target, variables, actual, featureActual }, i) => {
        const stage2 = linkRuns === "fit" ? 0 : i;
        const step2 = links[stage2];
        if (step2 === undefined) return [];
        const shift2 = linkShifts[stage2] ?? 0;
        // Residuals of step 1 are of logarithms.
        const featurePredicted = input.law.value(step1, variables) * Math.exp(shift1);
        return [
          {
            target: target.name,
            predicted: link.value(step2, [featurePredicted]) + shift2,
            actual,
            featurePredicted,
            featureActual,
            linkPredicted: Number.isNaN(featureActual)
              ? Number.NaN
              : link.value(step2, [featureActual]) + shift2,
          },
        ];
      });
    },
  };
}
