import type { Plan, TaskData } from "../method.ts";
import { whyNoLogarithm } from "../positive-loss.ts";
import { selectedRuns } from "../runs.ts";
import { planSingleStep } from "../single-step.ts";
import type { Law } from "./law.ts";
import type { MixRecipe } from "./recipe.ts";

/**
 * The loss of the task, which is a domain, by the law alone (Chen et al., 2025, figure 7).
 *
 * @throws UserError for a loss <= 0
 */
export function planLawAlone(recipe: MixRecipe, law: Law, data: TaskData): Plan {
  const { index, task } = data;
  const { metric } = recipe.domains;
  const { runs, finalWindow, bounds1: bounds, loss1: loss } = recipe;
  if (!index.domains(metric).includes(task)) {
    const reason = `${task} is no domain: it has an accuracy, or no ${metric}; link none predicts the ${metric} of domains`;
    return {
      stages: [{ name: "single", skipped: { reason } }],
      fitRuns: selectedRuns(index, runs),
      predict: () => [],
    };
  }
  return planSingleStep(
    {
      ...law,
      quantity: { metric, subjects: [task] },
      runs,
      finalWindow,
      bounds,
      loss,
      residual: "log",
      check: (final) => whyNoLogarithm(index.table, metric, final),
    },
    data,
  );
}

/** The final score straight from FLOPs by the form of the law (Chen et al., 2025, section 6.2, FLOPs). */
export function planFlopsToScore(recipe: MixRecipe, law: Law, data: TaskData): Plan {
  const { runs, finalWindow, score: metric, bounds1: bounds, loss1: loss } = recipe;
  return planSingleStep(
    {
      ...law,
      quantity: { metric, subjects: [data.task] },
      runs,
      finalWindow,
      bounds,
      loss,
      // Scores may be 0: their logarithms are not taken.
      residual: "plain",
      check: () => undefined,
    },
    data,
  );
}
