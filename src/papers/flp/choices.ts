import { type AxisContext, type Chosen, choice } from "../../methods/axis.ts";
import { formOfOneVariable, oneOf } from "../../methods/axis-values.ts";
import { familyNamed, ofFamily } from "../../methods/families.ts";
import { parseFeature } from "../../methods/feature.ts";
import type { Size } from "../../methods/runs.ts";
import {
  checkpointChoices,
  checkpointsOf,
  flopsOf,
  runsOfStep,
  shared,
  step1Of,
  step2Of,
} from "../../methods/shared-choices.ts";

const { flops, runs, runs1, runs2, family, residual1, residual2, score, feature, link } = shared;
const { final_window, final_share } = shared;
const { bounds1, bounds2, priors1, priors2, loss1, delta1, loss2, delta2 } = shared;

/** The design choices of FLP. A new one is an entry here and what `flpRecipe` makes of it. */
export const flpChoices = {
  flops,
  runs,
  runs1,
  runs2,
  family,
  score,
  feature: { ...feature, default: "loss@domains" },
  law: choice(
    formOfOneVariable,
    "power-law",
    "form of step 1, from compute to the feature: power-law (equation 1), power-law-offset, or the user's own; idle " +
      "where feature is none",
  ),
  direct: choice(
    formOfOneVariable,
    "compute-power-law",
    "form from compute straight to the score: compute-power-law (FP, equation 3), compute-log-score (equation 6), " +
      "compute-negative-log-score (GPT-4's own), compute-composed, single-step-compute, or the user's own; idle unless " +
      "feature is none",
  ),
  link: { ...link, default: "linear" },
  stage2_runs: choice(
    oneOf("fit", "siblings"),
    "fit",
    "runs whose checkpoints step 2 is fitted on: the fit runs, or for each target those targets that have fewer " +
      "parameters (siblings, appendix B), where the fit runs do no better than chance",
  ),
  final_window: { ...final_window, default: 1 },
  final_share,
  ...checkpointChoices,
  bounds1,
  bounds2,
  priors1,
  priors2,
  residual: choice(
    oneOf("plain", "log", "relative"),
    "plain",
    "residuals of the form from compute straight to the score: of the score (plain), of its logarithm (log) or over it (relative); idle " +
      "unless feature is none",
  ),
  residual1: { ...residual1, description: `${residual1.description}; idle where feature is none` },
  residual2,
  loss1: { ...loss1, default: "squared" },
  delta1,
  loss2,
  delta2,
} as const;

export type FlpRecipe = ReturnType<typeof flpRecipe>;

/** How a cell of the method is made. */
export function flpRecipe(chosen: Chosen<typeof flpChoices>, context: AxisContext) {
  const computeOf = flopsOf(chosen.flops);
  const runsOf = (own: string) => ofFamily(chosen.family, runsOfStep(own, chosen.runs));
  const step1 = step1Of({ ...chosen, runs: runsOf(chosen.runs1) });
  return {
    /** Variables of `law` and of `direct`. */
    variables: (size: Size) => [computeOf(size)],
    /** Predicate on the runs of step 2. */
    runs: runsOf(chosen.runs2),
    /** The family whose runs are fitted; undefined for all of them. */
    family: familyNamed(chosen.family),
    /** The metric that is predicted. */
    score: chosen.score,
    /** The feature between the steps; undefined for the score straight from compute. */
    feature: parseFeature(chosen.feature),
    /** From compute to the feature. */
    law: context.form(chosen.law),
    /** From compute to the score. */
    direct: context.form(chosen.direct),
    /** From the feature to the score. */
    link: context.form(chosen.link),
    /** Whose checkpoints step 2 is fitted on: the fit runs', or those of targets smaller than the one predicted. */
    linkRuns: chosen.stage2_runs,
    ...checkpointsOf(chosen),
    /** Of the form from compute to the score. */
    residual: chosen.residual,
    residuals: [chosen.residual1, chosen.residual2] as const,
    step1,
    step2: step2Of(chosen),
  };
}
