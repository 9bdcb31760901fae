import type { Plan, TaskData } from "../method.ts";
import { planSingleStep, whyNoLogarithm } from "../single-step.ts";
import type { FlpRecipe } from "./recipe.ts";

/** The final score straight from compute (Chen et al., 2025, equations 3 and 6). */
export function planDirect(recipe: FlpRecipe, data: TaskData): Plan {
  const { runs, finalWindow, direct: form, residual, score: metric, bounds1: bounds, loss1: loss } = recipe;
  return planSingleStep(
    {
      form,
      variables: (size) => [recipe.flops(size)],
      quantity: { metric, subjects: [data.task] },
      runs,
      finalWindow,
      bounds,
      loss,
      residual,
      check: residual === "log" ? whyNoLogarithm(metric) : () => undefined,
    },
    data,
  );
}
