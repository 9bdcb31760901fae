import { mean } from "../statistics.ts";
import { actualMean } from "./actual.ts";
import { targetsLeftOut } from "./left-out.ts";
import type { Measured } from "./measured.ts";
import type { Plan, TaskData } from "./method.ts";
import { selectedRuns } from "./runs.ts";
import { planSizeStage, type SizeStage } from "./size-stage.ts";

/** One step from size to what is predicted, the stage `single`. */
export type SingleStep = Omit<SizeStage, "name" | "subject">;

/** What is predicted straight from size (Bhagia et al., 2024, section 6.4). Targets that are left out have no prediction. */
export function planSingleStep(step: SingleStep, { index, targets }: TaskData): Plan {
  const { form, quantity, residual, finalWindow, runs } = step;
  const name = "single";
  const known = targets.flatMap((target) => {
    const variables = step.variables(target);
    if ("leftOut" in variables) return [];
    const actual = actualMean(index, quantity, target.name, finalWindow);
    return [{ target: target.name, variables, actual }];
  });
  return {
    stages: [
      planSizeStage({ ...step, name }, index),
      ...targetsLeftOut(name, targets, (size) => step.variables(size)),
    ],
    fitRuns: selectedRuns(index, runs),
    predict([parameters], [shift = 0] = []) {
      if (parameters === undefined) return [];
      return known.map(({ target, variables, actual }) => {
        const value = form.value(parameters, variables);
        return {
          target,
          predicted: residual === "log" ? value * Math.exp(shift) : value + shift,
          actual,
          featurePredicted: Number.NaN,
          featureActual: Number.NaN,
          linkPredicted: Number.NaN,
        };
      });
    },
    at([parameters], size) {
      const variables = step.variables(size);
      if (parameters === undefined || "leftOut" in variables) return Number.NaN;
      return form.value(parameters, variables);
    },
  };
}

/**
 * Looks at the checkpoints of a final score whose logarithm is taken. A score of 0 is no mistake in the table, but it has
 * no logarithm.
 *
 * @returns for those checkpoints and the name of their run, why a single step cannot be posed
 */
export function whyNoLogarithm(metric: string) {
  return ({ values }: Measured, run: string): string | undefined => {
    const final = mean(values);
    if (final > 0) return undefined;
    return `the final ${metric} of run ${run} is ${final}, whose logarithm a single step takes`;
  };
}
