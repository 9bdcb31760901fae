import type { Plan, TaskData } from "../method.ts";
import { planSingleStep, whyNoLogarithm } from "../single-step.ts";
import type { Size } from "../size.ts";
import { planSizeStage } from "../size-stage.ts";
import type { FlpRecipe } from "./recipe.ts";

/** The final score straight from compute (Chen et al., 2025, equations 3 and 6). */
export function planDirect(recipe: FlpRecipe, data: TaskData): Plan {
  const { runs, finalWindow, direct, residual } = recipe;
  const isLog = residual === "log";
  const step = {
    form: direct,
    variables: (size: Size) => [recipe.flops(size)],
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
      residual,
      check: isLog ? whyNoLogarithm(recipe.score) : () => undefined,
    },
    data.index,
  );
  return planSingleStep({ ...step, stage, isLog, score }, data);
}
