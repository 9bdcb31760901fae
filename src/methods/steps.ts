import type { Form } from "../forms/form.ts";
import type { Residual } from "../solve/problem.ts";
import { mean } from "../statistics.ts";
import { predictChain, predictStep } from "./chain.ts";
import type { Feature } from "./feature.ts";
import { actualMean } from "./final-window.ts";
import type { Measured, Quantity } from "./measured.ts";
import type { Need, Plan, Stage, TaskData } from "./method.ts";
import { runsOfAny, selectedRuns, type Target, type VariablesOf } from "./runs.ts";
import { type LossStage, planLossStage, planSizeStage, type SizeStage } from "./stages.ts";

/** One step from size to the prediction, the stage `single`. */
type SingleStep = Omit<SizeStage, "name" | "subject">;

/** A prediction straight from size (Bhagia et al., 2024, section 6.4). Targets that are left out have no prediction. */
export function planSingleStep(step: SingleStep, { index, targets }: TaskData): Plan {
  const { form, quantity, residual, finalWindow, runs } = step;
  const name = "single";
  const { sized, skipped } = sizeTargets(name, targets, step.variables);
  const predictable = sized.map(({ target: { name: target }, variables }) => {
    return { target, variables, actual: actualMean(index, quantity, target, finalWindow) };
  });
  return {
    stages: [planSizeStage({ ...step, name }, index), ...skipped],
    fitRuns: selectedRuns(index, runs),
    ...predictStep(form, residual, predictable),
    at([parameters], size) {
      const variables = step.variables(size);
      if (parameters === undefined || "leftOut" in variables) return Number.NaN;
      return form.value(parameters, variables);
    },
  };
}

/**
 * A prediction of the task's score straight from size. With residuals of logarithms it is skipped where a final score is 0, which is
 * not a mistake in the table, but has no logarithm.
 */
export function planScoreStep(
  { score, ...step }: Omit<SingleStep, "quantity" | "check"> & { score: string },
  data: TaskData,
): Plan {
  const quantity: Quantity = { metric: score, subjects: [data.task] };
  const check = ({ values }: Measured, run: string): string | undefined => {
    const final = mean(values);
    if (step.residual === "plain" || final > 0) return undefined;
    const use =
      step.residual === "log" ? "whose logarithm a single step takes" : "which residuals are relative to";
    return `the final ${score} of run ${run} is ${final}, ${use}`;
  };
  return planSingleStep({ ...step, quantity, check }, data);
}

/** What the runs that are predicted end with, by the two steps. */
interface ChainEnds {
  variables: VariablesOf;
  feature: Quantity;
  score: Quantity;
  finalWindow: number;
}

/** The targets that two steps can predict, and a skipped stage for each of the others. */
interface ChainTargets {
  predictable: {
    target: string;
    place: number;
    variables: number[];
    actual: number;
    featureActual: number;
  }[];
  skipped: Stage[];
}

/** What two steps need of the targets. Targets that are left out have no prediction. */
export function chainTargets(
  { variables: variablesOf, feature, score, finalWindow }: ChainEnds,
  { index, targets }: TaskData,
): ChainTargets {
  // Replicates are predicted by the thousand: what does not depend on the parameters is worked out once.
  const { sized, skipped } = sizeTargets(STEP1, targets, variablesOf);
  const predictable = sized.map(({ target: { name: target }, place, variables }) => {
    const actual = actualMean(index, score, target, finalWindow);
    const featureActual = actualMean(index, feature, target, finalWindow);
    return { target, place, variables, actual, featureActual };
  });
  return { predictable, skipped };
}

/** Step 1 of two: the final feature of each fit run against its size, with residuals of logarithms if not said otherwise. */
export function planStep1(step: Omit<LossStage, "name">, { index }: TaskData): Stage {
  return planLossStage({ ...step, name: STEP1 }, index);
}

/** Name of the stage from size to the feature. */
const STEP1 = "step1";

/** Two steps: from size to a feature, and from the feature to the score. */
interface TwoSteps {
  /** From size to the feature. */
  law: Form;
  variables: VariablesOf;
  step1: Stage;
  targets: ChainTargets;
  /** From the feature to the score: one form, fitted once for all targets or for each of them. */
  link: Form;
  step2: readonly Stage[];
  isLinkPerTarget: boolean;
  /** Weights of the links whose sum is the score, which are side by side in `step2`. @default one link is the score */
  weights?: readonly number[];
  /** Predicates on the fit runs of either. */
  runs: readonly [string, string];
  /** Of step 1 and step 2. @default of logarithms, and plain */
  residuals?: readonly [Residual, Residual];
}

/**
 * The chain (Bhagia et al., 2024, section 3.3; Chen et al., 2025, section 3): step 1 gives the feature at the target's size, which
 * is put into step 2.
 */
export function planTwoSteps(
  {
    law,
    variables: variablesOf,
    step1,
    targets,
    link,
    step2,
    isLinkPerTarget,
    runs,
    residuals,
    ...more
  }: TwoSteps,
  { index }: TaskData,
): Plan {
  const { weights = [1] } = more;
  const { predictable, skipped } = targets;
  const chained = predictable.map(({ place, ...target }) => ({
    ...target,
    links: weights.map((weight, part) => ({
      place: (isLinkPerTarget ? place * weights.length : 0) + part,
      weight,
    })),
  }));
  const [runs1, runs2] = runs;
  const filtered = (stage: Stage, filter: string): Stage => (runs1 === runs2 ? stage : { ...stage, filter });
  return {
    stages: [
      filtered(step1, runs1),
      ...step2.map((stage) => (isLinkPerTarget ? stage : filtered(stage, runs2))),
      ...skipped,
    ],
    fitRuns: runsOfAny(index, runs),
    ...predictChain(law, link, chained, residuals),
    // A size that is not a target has no link of its own.
    at([ofLaw, ...ofLinks], size) {
      const variables = variablesOf(size);
      if (ofLaw === undefined || isLinkPerTarget || "leftOut" in variables) return Number.NaN;
      const feature = law.value(ofLaw, variables);
      return weights
        .map((weight, part) => {
          const ofLink = ofLinks[part];
          return ofLink === undefined ? Number.NaN : weight * link.value(ofLink, [feature]);
        })
        .reduce((sum, value) => sum + value);
    },
  };
}

/**
 * The metrics that a task must have for two steps, or for a single step without a feature. A feature of other subjects is not the
 * task's to have.
 *
 * @param linkOn where step 2 takes the score from
 */
export function needsOfSteps(feature: Feature | undefined, score: string, linkOn: Need["on"]): Need[] {
  if (feature === undefined) return [{ metric: score, on: "fit" }];
  const needs: Need[] = [{ metric: score, on: linkOn }];
  return feature.subjects === undefined ? [{ metric: feature.metric, on: "fit" }, ...needs] : needs;
}

/** A target with the variables of a form. */
interface SizedTarget {
  target: Target;
  /** Place among all targets. */
  place: number;
  variables: number[];
}

/**
 * The targets with the variables of a form; each target that the form cannot predict has a skipped stage, so that the reason
 * is reported.
 *
 * @param name of the stage that takes the target's size
 */
export function sizeTargets(
  name: string,
  targets: readonly Target[],
  variablesOf: VariablesOf,
): { sized: SizedTarget[]; skipped: Stage[] } {
  const sized: SizedTarget[] = [];
  const skipped: Stage[] = [];
  targets.forEach((target, place) => {
    const variables = variablesOf(target);
    if ("leftOut" in variables) {
      const reason = `${target.name} is not predicted: ${variables.leftOut}`;
      skipped.push({ name, target: target.name, skipped: { reason } });
    } else {
      sized.push({ target, place, variables });
    }
  });
  return { sized, skipped };
}
