import { familyOfRuns } from "../families.ts";
import type { Plan, Prediction, TaskData } from "../method.ts";
import { drawnRuns } from "./drawn-sizes.ts";
import { targetLosses } from "./final-losses.ts";
import { planLaw } from "./law-stage.ts";
import type { LossToLossRecipe } from "./recipe.ts";
import { sidesOf } from "./sides.ts";

/** A loss by a law of its own, the baseline of loss-to-loss prediction (Brandfonbrener et al., 2024, table 1). */
export function planScalingLaw(recipe: LossToLossRecipe, { index, task, targets }: TaskData): Plan {
  const { destination } = sidesOf(recipe, task);
  const { law, finalWindow } = recipe;
  const families = familyOfRuns(index, undefined);
  const actuals = new Map(
    targetLosses(index, { ...destination, finalWindow }).map(({ run, value }) => [run, value]),
  );
  const own = targets.filter(({ name }) => !families.has(name) || families.get(name) === destination.family);
  return {
    stages: [planLaw("law_destination", recipe, destination, index)],
    fitRuns: drawnRuns(index, recipe.runs),
    predict([parameters], [shift = 0] = []) {
      if (parameters === undefined) return [];
      return own.map(({ name, n, d }): Prediction => {
        return {
          target: name,
          predicted: law.value(parameters, [n, d]) * Math.exp(shift),
          actual: actuals.get(name) ?? Number.NaN,
          featurePredicted: Number.NaN,
          featureActual: Number.NaN,
          linkPredicted: Number.NaN,
        };
      });
    },
    at([parameters], { n, d }) {
      return parameters === undefined ? Number.NaN : law.value(parameters, [n, d]);
    },
  };
}
