import type { Plan, TaskData } from "../method.ts";
import { planSingleStep, whyNoLogarithm } from "../single-step.ts";
import { type LadderRecipe, sizeVariables } from "./recipe.ts";

/** The score straight from size (Bhagia et al., 2024, equation 6 and section 6.4). */
export function planSingle(recipe: LadderRecipe, data: TaskData): Plan {
  const { runs, finalWindow, input, score: metric, bounds1: bounds, loss1: loss } = recipe;
  return planSingleStep(
    {
      form: input.single,
      variables: (size) => sizeVariables(recipe, size),
      quantity: { metric, subjects: [data.task] },
      runs,
      finalWindow,
      bounds,
      loss,
      residual: "log",
      check: whyNoLogarithm(metric),
    },
    data,
  );
}
