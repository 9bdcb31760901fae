import { type AxisContext, type Chosen, choice, rare } from "../../methods/axis.ts";
import { flag, numberWhere, oneOf, wholeNumber } from "../../methods/axis-values.ts";
import { familyNamed, ofFamily } from "../../methods/families.ts";
import { featureNamed, NO_FEATURE, parseFeature } from "../../methods/feature.ts";
import { lawText, readLaw } from "../../methods/law.ts";
import { recipeParts } from "../../methods/parts.ts";
import { QUESTION_GROUPS } from "../../methods/question-groups.ts";
import { dropEarly, smooth } from "../../methods/series.ts";
import {
  finalWindowOf,
  flopsOf,
  runsOfStep,
  shared,
  step1Of,
  step2Of,
} from "../../methods/shared-choices.ts";

const { flops, runs, runs1, runs2, family, feature, link, final_window, final_share } = shared;
const { bounds1, bounds2, priors1, priors2, residual1, residual2, loss1, delta1, loss2, delta2 } = shared;

/** Value of the axis `law` that means the paper's form of the input. */
const OF_INPUT = "input";

/** The design choices of the ladder. A new one is an entry here and what `ladderRecipe` makes of it. */
export const ladderChoices = {
  input: choice(
    oneOf("n_d", "c"),
    "n_d",
    "input of step 1: parameters and tokens (form chinchilla; in a single step, single-step), or compute in FLOPs " +
      "(power-law-offset; single-step-compute); idle where law names a form",
  ),
  law: rare(
    choice(
      lawText('"E + A/N^alpha + B/D^beta + G*experts^g"', OF_INPUT),
      OF_INPUT,
      "form of step 1, or of the single step: that of the input, or any other of N (parameters), D (tokens), C (FLOPs) and columns of " +
        "the table; the names of an expression that are neither are parameters",
    ),
  ),
  flops: { ...flops, description: `${flops.description}; idle where step 1 takes no FLOPs` },
  runs,
  runs1,
  runs2,
  family,
  feature,
  format: choice(
    oneOf("rc", "mc"),
    "rc",
    "answer format: ranked classification (metric accuracy, step 2 on the fit runs), or multiple choice (metric " +
      "mc_accuracy, step 2 for each target on its own early checkpoints, the rows with a phase)",
  ),
  link,
  final_window,
  final_share,
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
  question_groups: rare(
    choice(
      oneOf(...QUESTION_GROUPS),
      "none",
      "step 2 for the accuracy of all questions (none), or one for that of each group of questions of like difficulty (metrics " +
        "group1_accuracy, ...), whose sum, weighted by their questions, is predicted (sum); idle in a single step",
    ),
  ),
  bounds1,
  bounds2,
  priors1,
  priors2,
  residual1,
  residual2,
  loss1,
  delta1,
  loss2,
  delta2,
} as const;

const part = recipeParts<Chosen<typeof ladderChoices>>();

/** The paper's forms from size to the feature, and from size to the score in one step, by the input. */
const PAPER_FORMS = {
  n_d: { law: "chinchilla", single: "single-step" },
  c: { law: "power-law-offset", single: "single-step-compute" },
} as const;

/** Metric that is predicted, by the answer format. */
const SCORES = { rc: "accuracy", mc: "mc_accuracy" } as const;

/** How sizes are taken by `law`, from size to the feature, and by `single`, from size to the score in one step. */
const sizesOf = part(["input", "law", "flops", "feature", "format"], (chosen, context) => {
  const { input, law: text, flops } = chosen;
  const lawNamed = (name: string) => readLaw(name, context);
  const { law, single } = PAPER_FORMS[input];
  const own = text === OF_INPUT ? undefined : lawNamed(text);
  return {
    /** Of a law that the sweep names. */
    own,
    law: own ?? lawNamed(law),
    single: own ?? lawNamed(single),
    flops: flopsOf(flops),
    /** What it is of. */
    response: parseFeature(chosen.feature)?.metric ?? SCORES[chosen.format],
  };
});

const step1Choices = [
  ...["input", "law", "flops", "feature", "format", "runs", "runs1", "family", "final_window", "final_share"],
  ...["bounds1", "priors1", "residual1", "loss1", "delta1"],
] as const;

/** The score straight from size. */
const singlePart = part(step1Choices, (chosen, context) => ({
  sizes: sizesOf(chosen, context),
  score: SCORES[chosen.format],
  ...step1Of({ ...chosen, runs: ofFamily(chosen.family, runsOfStep(chosen.runs1, chosen.runs)) }),
  residual: chosen.residual1,
}));

/** The regression of step 1, from size to the feature. */
const step1Part = part(step1Choices, (chosen, context) => ({
  sizes: sizesOf(chosen, context),
  feature: featureNamed(chosen.feature),
  ...step1Of({ ...chosen, runs: ofFamily(chosen.family, runsOfStep(chosen.runs1, chosen.runs)) }),
  residual: chosen.residual1,
}));

/** What the targets are predicted from, and what is measured of them. */
const targetsPart = part(
  ["input", "law", "flops", "feature", "format", "final_window", "final_share"],
  (chosen, context) => ({
    sizes: sizesOf(chosen, context),
    feature: featureNamed(chosen.feature),
    score: SCORES[chosen.format],
    finalWindow: finalWindowOf(chosen),
  }),
);

const pointChoices = [
  "feature",
  "format",
  "runs",
  "runs2",
  "family",
  "drop_early",
  "smoothing_window",
  "smoothing_order",
  "anchor",
  "question_groups",
] as const;

export type PointsPart = ReturnType<typeof pointsPart>;

/** The points of step 2. */
const pointsPart = part(pointChoices, (chosen) => {
  const drop = dropEarly(chosen.drop_early);
  const filters = chosen.smoothing_window > 1 ? [drop, smooth(chosen.smoothing_window)] : [drop];
  return {
    feature: featureNamed(chosen.feature),
    score: SCORES[chosen.format],
    groups: chosen.question_groups,
    runs: ofFamily(chosen.family, runsOfStep(chosen.runs2, chosen.runs)),
    /** Treatment of each run's checkpoints, in order. */
    filters: chosen.smoothing_order === "drop-first" ? filters : filters.reverse(),
    /** Point that is added. */
    anchor: chosen.anchor ? { x: [Float64Array.of(0)], y: Float64Array.of(1) } : undefined,
  };
});

/** The regressions of step 2, from the feature to the score. */
const step2Part = part(
  [...pointChoices, "link", "bounds2", "priors2", "residual2", "loss2", "delta2"],
  (chosen, context) => ({
    points: pointsPart(chosen, context),
    /** Whether each target has one of its own, on its own early checkpoints; otherwise one is made on those of the fit runs. */
    isPerTarget: chosen.format === "mc",
    link: context.form(chosen.link),
    ...step2Of(chosen),
    residual: chosen.residual2,
  }),
);

export type LadderRecipe = ReturnType<typeof ladderRecipe>;

/** The recipe of a cell of the method. */
export function ladderRecipe(chosen: Chosen<typeof ladderChoices>, context: AxisContext) {
  return {
    /** The metric that is predicted. */
    score: SCORES[chosen.format],
    /** The feature between the steps; undefined for a single step. */
    feature: parseFeature(chosen.feature),
    /** Predicates on the runs of the steps. */
    predicates: [chosen.runs1, chosen.runs2].map((own) =>
      ofFamily(chosen.family, runsOfStep(own, chosen.runs)),
    ),
    /** The family whose runs are fitted; undefined for all of them. */
    family: familyNamed(chosen.family),
    /** The law that the sweep names; undefined for the paper's. */
    law: sizesOf(chosen, context).own,
    linkOn: chosen.format === "rc" ? ("fit" as const) : ("target" as const),
    single: singlePart(chosen, context),
    /** Undefined for a single step. */
    steps:
      chosen.feature === NO_FEATURE
        ? undefined
        : {
            step1: step1Part(chosen, context),
            targets: targetsPart(chosen, context),
            step2: step2Part(chosen, context),
          },
  };
}
