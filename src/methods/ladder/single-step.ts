import type { Plan, TaskData } from "../method.ts";
import { mean } from "../series.ts";
import { planSingleStep } from "../single-step.ts";
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
      // A score of 0 is no mistake in the table, but it has no logarithm.
      check({ values }, run) {
        const final = mean(values);
        if (final > 0) return undefined;
        return `the final ${recipe.score} of run ${run} is ${final}, whose logarithm a single step takes`;
      },
    },
    data.index,
  );
  return planSingleStep({ ...step, stage, isLog: true, score }, data);
}
