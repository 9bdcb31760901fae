import { type AxisContext, type Chosen, choice } from "../../methods/axis.ts";
import { flag, numberWhere, oneOf, wholeNumber } from "../../methods/axis-values.ts";
import { parseFeature } from "../../methods/feature.ts";
import type { Size } from "../../methods/runs.ts";
import { dropEarly, smooth } from "../../methods/series.ts";
import { flopsOf, shared, step1Of, step2Of } from "../../methods/shared-choices.ts";

const { flops, runs, feature, link, final_window } = shared;
const { bounds1, bounds2, loss1, delta1, loss2, delta2 } = shared;

/** The design choices of the ladder. A new one is an entry here and what `ladderRecipe` makes of it. */
export const ladderChoices = {
  input: choice(
    oneOf("n_d", "c"),
    "n_d",
    "input of step 1: parameters and tokens (form chinchilla; in a single step, single-step), or compute in FLOPs " +
      "(power-law-offset; single-step-compute)",
  ),
  flops: { ...flops, description: `${flops.description}; idle where the input is n_d` },
  runs,
  feature,
  format: choice(
    oneOf("rc", "mc"),
    "rc",
    "answer format: ranked classification (metric accuracy, step 2 on the fit runs), or multiple choice (metric " +
      "mc_accuracy, step 2 for each target on its own early checkpoints, the rows with a phase)",
  ),
  link,
  final_window,
  drop_early: choice(
    numberWhere("a number >= 0 and < 1", (value) => value >= 0 && value < 1),
    0.1,
    "share of each run's first checkpoints left out of step 2, rounded up; never its last",
  ),
  smoothing_window: choice(
    wholeNumber(1),
    5,
    "checkpoints in the trailing moving average of feature and accuracy before step 2; 1 is none",
  ),
  smoothing_order: choice(
    oneOf("drop-first", "smooth-first"),
    "drop-first",
    "whether early checkpoints are dropped before or after the moving average",
  ),
  anchor: choice(flag, true, "whether step 2 has the extra point (feature 0, accuracy 1)"),
  bounds1,
  bounds2,
  loss1,
  delta1,
  loss2,
  delta2,
} as const;

export type LadderRecipe = ReturnType<typeof ladderRecipe>;

/** The recipe of a cell of the method. */
export function ladderRecipe(chosen: Chosen<typeof ladderChoices>, context: AxisContext) {
  const computeOf = flopsOf(chosen.flops);
  const isCompute = chosen.input === "c";
  const isRanked = chosen.format === "rc";
  const drop = dropEarly(chosen.drop_early);
  const filters = chosen.smoothing_window > 1 ? [drop, smooth(chosen.smoothing_window)] : [drop];
  return {
    /** Variables of `law` and of `single`. */
    variables: (size: Size): number[] => (isCompute ? [computeOf(size)] : [size.n, size.d]),
    /** From size to the feature. */
    law: context.form(isCompute ? "power-law-offset" : "chinchilla"),
    /** From size to the score in one step. */
    single: context.form(isCompute ? "single-step-compute" : "single-step"),
    /** The feature between the steps; undefined for a single step. */
    feature: parseFeature(chosen.feature),
    /** The metric that is predicted. */
    score: isRanked ? "accuracy" : "mc_accuracy",
    /** Checkpoints on which step 2 is fitted: those of the fit runs, or each target's own early ones. */
    linkRuns: isRanked ? ("fit" as const) : ("target" as const),
    /** Form from feature to score. */
    link: context.form(chosen.link),
    /** Treatment of each run's checkpoints before step 2, in order. */
    filters: chosen.smoothing_order === "drop-first" ? filters : filters.reverse(),
    /** Point that is added to step 2. */
    anchor: chosen.anchor ? { x: [Float64Array.of(0)], y: Float64Array.of(1) } : undefined,
    step1: step1Of(chosen),
    step2: step2Of(chosen),
  };
}
