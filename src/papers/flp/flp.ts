import {
  type CheckpointPoints,
  checkpointStage,
  fitRunPoints,
  planCheckpointStage,
  siblingPoints,
} from "../../methods/checkpoint-points.ts";
import { familiesOnTable, withTargetsOf } from "../../methods/families.ts";
import { type Feature, featureOf, subjectsOf } from "../../methods/feature.ts";
import type { Quantity } from "../../methods/measured.ts";
import { defineMethod, type Plan, type Stage, type TaskData } from "../../methods/method.ts";
import { chainTargets, needsOfSteps, planScoreStep, planStep1, planTwoSteps } from "../../methods/steps.ts";
import { type FlpRecipe, flpChoices, flpRecipe } from "./choices.ts";

/**
 * From compute through the pre-training loss to the score, and the baselines that skip the loss (Chen et al., 2025,
 * arXiv 2410.08527, sections 2 and 3, appendices B to D). The defaults of the axes are the paper's FLP.
 */
export const flp = defineMethod({
  name: "flp",
  description:
    "from compute to the pre-training loss and from there to the score, or straight to the score (Chen et al., 2025)",
  stages: ["step1", "step2", "single"],
  choices: flpChoices,
  recipe: flpRecipe,
  metric: ({ score }) => score,
  needs: ({ feature, score, linkRuns }) =>
    needsOfSteps(feature, score, linkRuns === "fit" ? "fit" : "target"),
  reads: ({ feature }) => subjectsOf(feature),
  predicates: ({ step1, runs }) => [step1.runs, runs],
  onTable: ({ family }, table, where) => familiesOnTable(family, table, where),
  plan(recipe, data) {
    const own = withTargetsOf(recipe.family, data);
    return recipe.feature === undefined ? planDirect(recipe, own) : planSteps(recipe, recipe.feature, own);
  },
});

/** The final score straight from compute (Chen et al., 2025, equations 3 and 6). */
function planDirect(recipe: FlpRecipe, data: TaskData): Plan {
  const { direct: form, variables, score, step1, residual } = recipe;
  return planScoreStep({ form, variables, score, ...step1, residual }, data);
}

/** Compute to the feature on final checkpoints (Chen et al., 2025, equation 1), feature to score on intermediate ones, chained. */
function planSteps(recipe: FlpRecipe, feature: Feature, data: TaskData): Plan {
  const isLinkPerTarget = recipe.linkRuns === "siblings";
  const quantity = featureOf(feature, data.task, data.index);
  const step2 = planStep2(recipe, quantity, data);
  const { law, variables, score, step1, link, residuals } = recipe;
  const runs = [step1.runs, recipe.runs] as const;
  const ends = { variables, feature: quantity, score: { metric: score, subjects: [data.task] } };
  return planTwoSteps(
    {
      ...{ law, variables, runs, link, step2, isLinkPerTarget, residuals },
      step1: planStep1({ ...step1, variables, form: law, quantity, residual: residuals[0] }, data),
      targets: chainTargets({ ...ends, finalWindow: step1.finalWindow }, data),
    },
    data,
  );
}

/**
 * The score against the feature at the checkpoints that the rule keeps (Chen et al., 2025, equation 2 and section 3.3):
 * those of the fit runs, or for each target those of its smaller siblings (appendix B).
 */
function planStep2(recipe: FlpRecipe, feature: Quantity, data: TaskData): Stage[] {
  const stage = checkpointStage(recipe, [feature], feature, data);
  const { link: form, step2, residuals } = recipe;
  const planOn = (points: CheckpointPoints): Stage =>
    planCheckpointStage({ name: "step2", form, ...step2, residual: residuals[1] }, points);
  if (recipe.linkRuns === "fit") return [planOn(fitRunPoints(stage, data))];
  return data.targets.map((target) => ({
    ...planOn(siblingPoints(stage, data, target)),
    target: target.name,
  }));
}
