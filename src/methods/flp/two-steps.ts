import { pretrainingOf } from "../checkpoint-choices.ts";
import {
  type CheckpointPoints,
  type CheckpointStage,
  fitRunPoints,
  planCheckpointStage,
  siblingPoints,
} from "../checkpoint-points.ts";
import { type Feature, featureOf } from "../feature.ts";
import type { Plan, Stage, TaskData } from "../method.ts";
import { whyNoLogarithm } from "../positive-loss.ts";
import { planSizeStage } from "../size-stage.ts";
import { planTwoSteps } from "../two-steps.ts";
import type { FlpRecipe } from "./recipe.ts";

/** Compute to the feature on final checkpoints, feature to score on intermediate ones, chained. */
export function planFlpSteps(recipe: FlpRecipe, feature: Feature, data: TaskData): Plan {
  const { law, link, linkRuns, finalWindow, runs } = recipe;
  return planTwoSteps(
    {
      law,
      variables: (size) => [recipe.flops(size)],
      step1: planStep1(recipe, feature, data),
      link,
      step2: planStep2(recipe, feature, data),
      isLinkPerTarget: linkRuns === "siblings",
      feature: featureOf(feature, data.task, data.index),
      score: { metric: recipe.score, subjects: [data.task] },
      finalWindow,
      runs,
    },
    data,
  );
}

/**
 * The final feature of each fit run against its compute, residuals of logarithms (Chen et al., 2025, equation 1).
 *
 * @throws UserError for a feature <= 0
 */
function planStep1(recipe: FlpRecipe, feature: Feature, { index, task }: TaskData): Stage {
  return planSizeStage(
    {
      name: "step1",
      form: recipe.law,
      quantity: featureOf(feature, task, index),
      runs: recipe.runs,
      finalWindow: recipe.finalWindow,
      bounds: recipe.bounds1,
      loss: recipe.loss1,
      residual: "log",
      variables: (size) => [recipe.flops(size)],
      check: (final) => whyNoLogarithm(index.table, feature.metric, final),
    },
    index,
  );
}

/**
 * The score against the feature at the checkpoints that the rule keeps (Chen et al., 2025, equation 2 and section 3.3):
 * those of the fit runs, or for each target those of its smaller siblings (appendix B).
 */
function planStep2(recipe: FlpRecipe, feature: Feature, data: TaskData): Stage[] {
  const { index, task, targets } = data;
  const { rule, runs } = recipe;
  const input = featureOf(feature, task, index);
  const stage: CheckpointStage = {
    inputs: [input],
    score: { metric: recipe.score, subjects: [task] },
    pretraining: pretrainingOf(recipe, input, data),
    rule,
    runs,
  };
  if (recipe.linkRuns === "fit") return [linkStage(recipe, fitRunPoints(stage, data))];
  return targets.map((target) => ({
    ...linkStage(recipe, siblingPoints(stage, data, target)),
    target: target.name,
  }));
}

function linkStage({ link: form, bounds2: bounds, loss2: loss }: FlpRecipe, taken: CheckpointPoints): Stage {
  return planCheckpointStage({ name: "step2", form, bounds, loss }, taken);
}
