import type { Form } from "../forms/form.ts";
import { actualMean } from "./actual.ts";
import { targetsLeftOut } from "./left-out.ts";
import type { Quantity } from "./measured.ts";
import type { Plan, Stage, TaskData } from "./method.ts";
import { selectedRuns } from "./runs.ts";
import type { Size } from "./size.ts";

/** Two steps, and what they are steps between. */
export interface TwoSteps {
  /** From size to the feature; residuals of logarithms. */
  law: Form;
  variables(size: Size): number[] | { leftOut: string };
  step1: Stage;
  /** From the feature to the score: one form, fitted once for all targets or for each of them. */
  link: Form;
  step2: readonly Stage[];
  isLinkPerTarget: boolean;
  feature: Quantity;
  score: Quantity;
  /** Checkpoints at the end of a run whose mean is its final value. */
  finalWindow: number;
  /** Predicate on the fit runs. */
  runs: string;
}

/**
 * The chain: step 1 at the target's size, its result put into step 2 (Bhagia et al., 2024, section 3.3). Targets that are
 * left out have no prediction.
 */
export function planTwoSteps(steps: TwoSteps, { index, targets }: TaskData): Plan {
  const { law, link, finalWindow } = steps;
  // Replicates are predicted by the thousand: what does not depend on the parameters is found once.
  const known = targets.flatMap((target, i) => {
    const variables = steps.variables(target);
    if ("leftOut" in variables) return [];
    const actual = actualMean(index, steps.score, target.name, finalWindow);
    const featureActual = actualMean(index, steps.feature, target.name, finalWindow);
    return [{ target, link: steps.isLinkPerTarget ? i : 0, variables, actual, featureActual }];
  });
  return {
    stages: [
      steps.step1,
      ...steps.step2,
      ...targetsLeftOut(steps.step1.name, targets, (size) => steps.variables(size)),
    ],
    fitRuns: selectedRuns(index, steps.runs),
    predict([step1, ...links], [shift1 = 0, ...linkShifts] = []) {
      if (step1 === undefined) return [];
      return known.flatMap(({ target, link: stage2, variables, actual, featureActual }) => {
        const step2 = links[stage2];
        if (step2 === undefined) return [];
        const shift2 = linkShifts[stage2] ?? 0;
        // Residuals of step 1 are of logarithms.
        const featurePredicted = law.value(step1, variables) * Math.exp(shift1);
        return [
          {
            target: target.name,
            predicted: link.value(step2, [featurePredicted]) + shift2,
            actual,
            featurePredicted,
            featureActual,
            linkPredicted: Number.isNaN(featureActual)
              ? Number.NaN
              : link.value(step2, [featureActual]) + shift2,
          },
        ];
      });
    },
    // A size of its own has no target whose link it could take.
    at([step1, ...links], size) {
      const step2 = steps.isLinkPerTarget ? undefined : links[0];
      const variables = steps.variables(size);
      if (step1 === undefined || step2 === undefined || "leftOut" in variables) return Number.NaN;
      return link.value(step2, [law.value(step1, variables)]);
    },
  };
}
