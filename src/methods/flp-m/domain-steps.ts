import { mean } from "../../statistics.ts";
import { actualMean } from "../actual.ts";
import { featureOf } from "../feature.ts";
import { targetsLeftOut } from "../left-out.ts";
import type { Quantity } from "../measured.ts";
import type { Plan, TaskData } from "../method.ts";
import { selectedRuns } from "../runs.ts";
import type { Size } from "../size.ts";
import type { Law } from "./law.ts";
import type { MixRecipe } from "./recipe.ts";
import { planStep1 } from "./step1.ts";
import { planDomainStep2 } from "./step2.ts";

/**
 * The chain over domains: step 1 for the loss of each, all of them into step 2 (Chen et al., 2025, section 4). The feature
 * of its predictions is the mean of the domain losses.
 */
export function planDomainSteps(recipe: MixRecipe, law: Law, data: TaskData): Plan {
  const { index, task, targets } = data;
  const { metric, subjects: domains } = featureOf(recipe.domains, task, index);
  const quantities = domains.map((domain): Quantity => ({ metric, subjects: [domain] }));
  const step1 = quantities.map((quantity, k) =>
    planStep1(recipe, law, { quantity, subject: domains[k]! }, index),
  );
  const { stage: step2, fitted } = planDomainStep2(recipe, quantities, data);
  const score: Quantity = { metric: recipe.score, subjects: [task] };
  const known = targets.flatMap((target) => {
    const variables = law.variables(target);
    if ("leftOut" in variables) return [];
    const actualOf = (quantity: Quantity) => actualMean(index, quantity, target.name, recipe.finalWindow);
    return [{ target, variables, actual: actualOf(score), losses: quantities.map(actualOf) }];
  });
  const count = domains.length;
  /** Domain losses of a run with those FLOPs; undefined where a domain has no law. */
  const lossesAt = (
    parameters: readonly (Float64Array | undefined)[],
    variables: readonly number[],
    shifts: readonly number[],
  ): number[] | undefined => {
    const losses: number[] = [];
    for (let k = 0; k < count; k++) {
      const own = parameters[k];
      if (own === undefined) return undefined;
      // Residuals of step 1 are of logarithms.
      losses.push(law.form.value(own, variables) * Math.exp(shifts[k] ?? 0));
    }
    return losses;
  };
  const scoreOf = (own: Float64Array, losses: readonly number[], shift: number): number =>
    fitted === undefined ? Number.NaN : (fitted.form.value(own, fitted.inputs(losses)) + shift) * fitted.unit;
  return {
    stages: [...step1, step2, ...targetsLeftOut("step1", targets, law.variables)],
    fitRuns: selectedRuns(index, recipe.runs),
    predict(parameters, shifts = []) {
      const own = parameters[count];
      if (own === undefined) return [];
      const shift = shifts[count] ?? 0;
      return known.flatMap(({ target, variables, actual, losses: actualLosses }) => {
        const losses = lossesAt(parameters, variables, shifts);
        if (losses === undefined) return [];
        return [
          {
            target: target.name,
            predicted: scoreOf(own, losses, shift),
            actual,
            featurePredicted: mean(Float64Array.from(losses)),
            featureActual: mean(Float64Array.from(actualLosses)),
            linkPredicted: actualLosses.some(Number.isNaN) ? Number.NaN : scoreOf(own, actualLosses, shift),
          },
        ];
      });
    },
    at(parameters, size: Size) {
      const own = parameters[count];
      const variables = law.variables(size);
      if (own === undefined || "leftOut" in variables) return Number.NaN;
      const losses = lossesAt(parameters, variables, []);
      return losses === undefined ? Number.NaN : scoreOf(own, losses, 0);
    },
  };
}
