import { type Feature, featureOf, subjectsOf } from "../../methods/feature.ts";
import type { Quantity } from "../../methods/measured.ts";
import { defineMethod, type Plan, type Stage, type TaskData } from "../../methods/method.ts";
import { ALL_RUNS } from "../../methods/runs.ts";
import { pairEarly, pairFitRuns, type Series } from "../../methods/series.ts";
import { type LinkPoints, planLinkStage } from "../../methods/stages.ts";
import { needsOfSteps, planScoreStep, planTwoSteps } from "../../methods/steps.ts";
import { type LadderRecipe, ladderChoices, ladderRecipe } from "./choices.ts";

/**
 * Task scaling laws from a ladder of small models (Bhagia et al., 2024, arXiv 2412.04403): size to task loss, task
 * loss to accuracy; or in one step. The defaults of the axes are the paper's main method.
 */
export const ladder = defineMethod({
  name: "ladder",
  description:
    "two steps, from size to the task's loss and from loss to accuracy, or both in one (Bhagia et al., 2024)",
  stages: ["step1", "step2", "single"],
  choices: ladderChoices,
  recipe: ladderRecipe,
  metric: ({ score }) => score,
  needs: ({ feature, score, linkRuns }) => needsOfSteps(feature, score, linkRuns),
  reads: ({ feature }) => subjectsOf(feature),
  predicates: ({ step1 }) => [step1.runs],
  plan: (recipe, data) =>
    recipe.feature === undefined ? planSingle(recipe, data) : planSteps(recipe, recipe.feature, data),
});

/** The score straight from size (Bhagia et al., 2024, equation 6 and section 6.4). */
function planSingle({ single: form, variables, score, step1 }: LadderRecipe, data: TaskData): Plan {
  return planScoreStep({ form, variables, score, ...step1, residual: "log" }, data);
}

/** Step 1 (equations 1 and 4, section 3.1) and step 2, chained (Bhagia et al., 2024, section 3.3). */
function planSteps(recipe: LadderRecipe, feature: Feature, data: TaskData): Plan {
  const isLinkPerTarget = recipe.linkRuns === "target";
  const quantity = featureOf(feature, data.task, data.index);
  const step2 = planStep2(recipe, feature, data);
  return planTwoSteps({ ...recipe, feature: quantity, step2, isLinkPerTarget }, data);
}

/**
 * Step 2: the score against the feature at checkpoints, treated run by run, and the anchor (Bhagia et al., 2024, equations 2
 * and 8, section 3.2). One stage on the checkpoints of all fit runs; or one for each target on its own early checkpoints, the
 * rows with a phase (appendix B.2).
 */
function planStep2(recipe: LadderRecipe, feature: Feature, { index, task, targets }: TaskData): Stage[] {
  const x = featureOf(feature, task, index);
  const y: Quantity = { metric: recipe.score, subjects: [task] };
  const both = `both ${feature.name} and ${recipe.score} of ${task}`;
  if (recipe.linkRuns === "fit") {
    const { runs } = recipe.step1;
    const those = runs === ALL_RUNS ? "" : ` with ${runs}`;
    const reason = `no checkpoint of a fit run${those} has ${both}`;
    return [linkStage(recipe, pairFitRuns(index, { x, y, runs }), reason)];
  }
  return targets.map(({ name }) => {
    const early = pairEarly(index, { x, y, target: name });
    const reason = `no early checkpoint (a row with a phase) of ${name} has ${both}`;
    return { ...linkStage(recipe, new Map([[name, early]]), reason), target: name };
  });
}

function linkStage(recipe: LadderRecipe, runs: ReadonlyMap<string, Series>, reason: string): Stage {
  const { link: form, filters, anchor, step2 } = recipe;
  const treated = Array.from(runs, ([run, raw]): [string, LinkPoints] => {
    const { x, y } = filters.reduce((series, filter) => filter(series), raw);
    return [run, { x: [x], y }];
  });
  return planLinkStage(
    { name: "step2", form, ...step2, ...(anchor && { extra: anchor }) },
    new Map(treated),
    reason,
  );
}
