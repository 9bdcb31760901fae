import type { Plan, TaskData } from "../method.ts";
import { planSingleStep, whyNoLogarithm } from "../single-step.ts";
import { planSizeStage } from "../size-stage.ts";
import { type LadderRecipe, sizeVariables } from "./recipe.ts";

/** The score straight from size (Bhagia et al., 2024, equation 6 and section 6.4). */
export function planSingle(recipe: LadderRecipe, data: TaskData): Plan {
  const { runs, finalWindow, input } = recipe;
  const step = {
    form: input.single,
    variables: (size: Parameters<typeof sizeVariables>[1]) => sizeVariables(recipe, size),
    runs,
    finalWindow,
  };
  const score = { metric: recipe.score, subjects: [data.task] };
  const stage = planSizeStage(
    {
      ...step,
      name: "single",
      quantity: score,
      bounds: recipe.bounds1,
      loss: recipe.loss1,
      residual: "log",
      check: whyNoLogarithm(recipe.score),
    },
    data.index,
  );
  return planSingleStep({ ...step, stage, isLog: true, score }, data);
}
