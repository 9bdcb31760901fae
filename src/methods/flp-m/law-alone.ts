import type { Plan, TaskData } from "../method.ts";
import { selectedRuns } from "../runs.ts";
import { planSingleStep } from "../single-step.ts";
import { planSizeStage } from "../size-stage.ts";
import type { Law } from "./law.ts";
import type { MixRecipe } from "./recipe.ts";
import { planStep1, targetsLeftOut } from "./step1.ts";

/** The loss of the task, which is a domain, by the law alone (Chen et al., 2025, figure 7). */
export function planLawAlone(recipe: MixRecipe, law: Law, data: TaskData): Plan {
  const { metric } = recipe.domains;
  const quantity = { metric, subjects: [data.task] };
  if (!data.index.domains(metric).includes(data.task)) {
    const reason = `${data.task} is no domain: it has an accuracy, or no ${metric}; link none predicts the ${metric} of domains`;
    return {
      stages: [{ name: "single", skipped: { reason } }],
      fitRuns: selectedRuns(data.index, recipe.runs),
      predict: () => [],
    };
  }
  const stage = planStep1(recipe, law, { quantity, name: "single" }, data.index);
  return withTargetsLeftOut({ ...recipe, ...law, stage, isLog: true, score: quantity }, law, data);
}

/** The final score straight from FLOPs by the form of the law (Chen et al., 2025, section 6.2, FLOPs). */
export function planFlopsToScore(recipe: MixRecipe, law: Law, data: TaskData): Plan {
  const { runs, finalWindow, bounds1: bounds, loss1: loss } = recipe;
  const quantity = { metric: recipe.score, subjects: [data.task] };
  const stage = planSizeStage(
    // Scores may be 0: their logarithms are not taken.
    {
      ...law,
      name: "single",
      quantity,
      runs,
      finalWindow,
      bounds,
      loss,
      residual: "plain",
      check: () => undefined,
    },
    data.index,
  );
  return withTargetsLeftOut({ ...recipe, ...law, stage, isLog: false, score: quantity }, law, data);
}

function withTargetsLeftOut(step: Parameters<typeof planSingleStep>[0], law: Law, data: TaskData): Plan {
  const plan = planSingleStep(step, data);
  return { ...plan, stages: [...plan.stages, ...targetsLeftOut("single", data.targets, law)] };
}
