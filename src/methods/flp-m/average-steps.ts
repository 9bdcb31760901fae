import { planCheckpointStage } from "../checkpoint-points.ts";
import { featureOf } from "../feature.ts";
import type { Quantity } from "../measured.ts";
import type { Plan, Stage, TaskData } from "../method.ts";
import { planTwoSteps } from "../two-steps.ts";
import type { Law } from "./law.ts";
import type { MixRecipe } from "./recipe.ts";
import { planStep1 } from "./step1.ts";
import { scorePoints } from "./step2.ts";

/** FLP on mixtures: the mean of the domain losses by one law, a linear function of it (Chen et al., 2025, section 5.3). */
export function planAverageSteps(recipe: MixRecipe, law: Law, data: TaskData): Plan {
  const { index, task } = data;
  const { finalWindow, runs } = recipe;
  const average = featureOf(recipe.domains, task, index);
  const subject = average.subjects.length > 1 ? "mean" : average.subjects[0]!;
  return planTwoSteps(
    {
      law: law.form,
      variables: law.variables,
      step1: planStep1(recipe, law, { quantity: average, subject }, index),
      link: recipe.getForm("linear"),
      step2: [linearStep(recipe, average, data)],
      isLinkPerTarget: false,
      feature: average,
      score: { metric: recipe.score, subjects: [task] },
      finalWindow,
      runs,
    },
    data,
  );
}

function linearStep(recipe: MixRecipe, average: Quantity, data: TaskData): Stage {
  const { getForm, bounds2: bounds } = recipe;
  return planCheckpointStage(
    { name: "step2", form: getForm("linear"), bounds, loss: { kind: "squared" } },
    scorePoints(recipe, [average], data),
  );
}
