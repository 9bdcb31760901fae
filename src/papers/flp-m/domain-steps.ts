import { featureOf } from "../../methods/feature.ts";
import { actualMean } from "../../methods/final-window.ts";
import type { Quantity } from "../../methods/measured.ts";
import type { Plan, TaskData } from "../../methods/method.ts";
import { selectedRuns } from "../../methods/runs.ts";
import { planLossStage } from "../../methods/stages.ts";
import { sizeTargets } from "../../methods/steps.ts";
import { mean } from "../../statistics.ts";
import type { MixRecipe } from "./choices.ts";
import type { Law } from "./law.ts";
import { planDomainStep2 } from "./step2.ts";

/**
 * The chain over domains: step 1 for the loss of each, all of them into step 2 (Chen et al., 2025, section 4). The feature
 * of its predictions is the mean of the domain losses.
 */
export function planDomainSteps(recipe: MixRecipe, law: Law, data: TaskData): Plan {
  const { index, task, targets } = data;
  const { metric, subjects: domains } = featureOf(recipe.domains, task, index);
  const quantities = domains.map((domain): Quantity => ({ metric, subjects: [domain] }));
  // The final loss of each fit run against its FLOPs by source, residuals of logarithms (section 4.1).
  const step1 = quantities.map((quantity, k) =>
    planLossStage({ name: "step1", subject: domains[k]!, ...law, quantity, ...recipe.step1 }, index),
  );
  const { stage: step2, fitted } = planDomainStep2(recipe, quantities, data);
  const score: Quantity = { metric: recipe.score, subjects: [task] };
  const { sized, skipped } = sizeTargets("step1", targets, law.variables);
  const predictable = sized.map(({ target: { name: target }, variables }) => {
    const actualOf = (quantity: Quantity) => actualMean(index, quantity, target, recipe.step1.finalWindow);
    const actualLosses = quantities.map(actualOf);
    const featureActual = mean(Float64Array.from(actualLosses));
    return { target, variables, actual: actualOf(score), actualLosses, featureActual };
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
      const ofLaw = parameters[k];
      if (ofLaw === undefined) return undefined;
      // Residuals of step 1 are of logarithms.
      losses.push(law.form.value(ofLaw, variables) * Math.exp(shifts[k] ?? 0));
    }
    return losses;
  };
  const scoreOf = (ofLink: Float64Array, losses: readonly number[], shift: number): number =>
    fitted === undefined
      ? Number.NaN
      : (fitted.form.value(ofLink, fitted.inputs(losses)) + shift) * fitted.unit;
  return {
    stages: [...step1, step2, ...skipped],
    fitRuns: selectedRuns(index, recipe.runs),
    measured: predictable,
    predict(parameters, shifts = []) {
      const ofLink = parameters[count];
      if (ofLink === undefined) return [];
      const shift = shifts[count] ?? 0;
      return predictable.flatMap(({ target, variables, actual, actualLosses, featureActual }) => {
        const losses = lossesAt(parameters, variables, shifts);
        if (losses === undefined) return [];
        return [
          {
            target,
            predicted: scoreOf(ofLink, losses, shift),
            actual,
            featurePredicted: mean(Float64Array.from(losses)),
            featureActual,
            linkPredicted: actualLosses.some(Number.isNaN)
              ? Number.NaN
              : scoreOf(ofLink, actualLosses, shift),
          },
        ];
      });
    },
    at(parameters, size) {
      const ofLink = parameters[count];
      const variables = law.variables(size);
      if (ofLink === undefined || "leftOut" in variables) return Number.NaN;
      const losses = lossesAt(parameters, variables, []);
      return losses === undefined ? Number.NaN : scoreOf(ofLink, losses, 0);
    },
  };
}
