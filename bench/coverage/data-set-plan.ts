import type { Form } from "#lawfit/forms/form.js";
import { getForm } from "#lawfit/forms/registry.js";
import { predictChain } from "#lawfit/methods/chain.js";
import type { Plan, Stage } from "#lawfit/methods/method.js";
import { priorsFor } from "#lawfit/methods/priors.js";
import type { Loss, Problem } from "#lawfit/solve/problem.js";
import { LADDER_PRIORS } from "#lawfit/spec/presets.js";
import type { DataSet } from "./data-set.ts";

/** Losses that the law of size is fitted under: the ladder's own, and the squared one. */
export const stepOneLosses = {
  huber: { kind: "huber", delta: 1e-3 },
  squared: { kind: "squared" },
} as const satisfies Record<string, Loss>;

export type StepOneLoss = keyof typeof stepOneLosses;

/** Forms that are fitted: the law from parameters and tokens to the loss, and the link from the loss to the score. */
export interface FittedForms {
  law: Form;
  link: Form;
}

/** The ladder's forms, which are the true ones where the scenario is not of another form. */
export const ladderForms: FittedForms = { law: getForm("chinchilla"), link: getForm("sigmoid") };

/**
 * The ladder's two steps on a data set, without its anchor, which the true link does not pass through. What is predicted
 * and what is true stand where a sweep has them: `feature` is the law of size, `link` the link at the true loss,
 * `predicted` the chain.
 *
 * @param isBayesian whether the parameters have the priors of preset `ladder-bayes`
 */
export function planOf(
  { runs, targets }: DataSet,
  loss: StepOneLoss,
  { law, link }: FittedForms = ladderForms,
  isBayesian = false,
): Plan {
  const withPriors = (problem: Omit<Problem, "key">, priors: string): Omit<Problem, "key"> =>
    isBayesian ? { ...problem, ...priorsFor(priors, problem) } : problem;
  const names = runs.map(({ run }) => run);
  const stages: Stage[] = [
    {
      name: "step1",
      problem: withPriors(
        {
          form: law,
          variables: [Float64Array.from(runs, ({ n }) => n), Float64Array.from(runs, ({ d }) => d)],
          response: Float64Array.from(runs, ({ finalLoss }) => finalLoss),
          loss: stepOneLosses[loss],
          residual: "log",
        },
        LADDER_PRIORS.priors1,
      ),
      runs: names,
      runLengths: runs.map(() => 1),
    },
    {
      name: "step2",
      problem: withPriors(
        {
          form: link,
          variables: [Float64Array.from(runs.flatMap((run) => [...run.loss]))],
          response: Float64Array.from(runs.flatMap((run) => [...run.score])),
          loss: { kind: "squared" },
          residual: "plain",
        },
        LADDER_PRIORS.priors2,
      ),
      runs: names,
      runLengths: runs.map((run) => run.loss.length),
    },
  ];
  return {
    stages,
    fitRuns: names,
    ...predictChain(
      law,
      link,
      targets.map(({ target, n, d, loss: featureActual, score: actual }) => {
        return { target, links: [{ place: 0, weight: 1 }], variables: [n, d], actual, featureActual };
      }),
    ),
  };
}
