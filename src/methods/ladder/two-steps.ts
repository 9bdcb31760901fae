import { type Feature, featureOf } from "../feature.ts";
import type { Plan, TaskData } from "../method.ts";
import { planTwoSteps } from "../two-steps.ts";
import { type LadderRecipe, sizeVariables } from "./recipe.ts";
import { planStep1 } from "./step1.ts";
import { planStep2 } from "./step2.ts";

/** Step 1 and step 2, chained (Bhagia et al., 2024, section 3.3). */
export function planLadderSteps(recipe: LadderRecipe, feature: Feature, data: TaskData): Plan {
  const { input, link, linkRuns, finalWindow, runs, score } = recipe;
  return planTwoSteps(
    {
      law: input.law,
      variables: (size) => sizeVariables(recipe, size),
      step1: planStep1(recipe, feature, data),
      link,
      step2: planStep2(recipe, feature, data),
      isLinkPerTarget: linkRuns === "target",
      feature: featureOf(feature, data.task, data.index),
      score: { metric: score, subjects: [data.task] },
      finalWindow,
      runs,
    },
    data,
  );
}
