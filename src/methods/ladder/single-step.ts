import type { Plan, Stage, TaskData } from "../method.ts";
import { selectedRuns } from "../runs.ts";
import { mean } from "../series.ts";
import { actualMean } from "./actual.ts";
import { type LadderRecipe, sizeVariables } from "./recipe.ts";
import { planSizeStage } from "./size-stage.ts";

/** The score straight from size (Bhagia et al., 2024, equation 6 and section 6.4). */
export function planSingleStep(recipe: LadderRecipe, data: TaskData): Plan {
  const score = { metric: recipe.score, subjects: [data.task] };
  const known = data.targets.map((target) => ({
    target: target.name,
    variables: sizeVariables(recipe, target),
    actual: actualMean(data.index, score, target.name, recipe.finalWindow),
  }));
  return {
    stages: [planSingle(recipe, data)],
    fitRuns: selectedRuns(data.index, recipe.runs),
    predict([single], [shift = 0] = []) {
      if (single === undefined) return [];
      return known.map(({ target, variables, actual }) => ({
        target,
        predicted: recipe.input.single.value(single, variables) * Math.exp(shift),
        actual,
        featurePredicted: Number.NaN,
        featureActual: Number.NaN,
        linkPredicted: Number.NaN,
      }));
    },
  };
}

function planSingle(recipe: LadderRecipe, { index, task }: TaskData): Stage {
  return planSizeStage(
    {
      name: "single",
      form: recipe.input.single,
      quantity: { metric: recipe.score, subjects: [task] },
      // A score of 0 is no mistake in the table, but it has no logarithm.
      check({ values }, run) {
        const final = mean(values);
        if (final > 0) return undefined;
        return `the final ${recipe.score} of run ${run} is ${final}, whose logarithm a single step takes`;
      },
    },
    recipe,
    index,
  );
}
