import { MOST_HIDDEN } from "../../forms/builtin/families.ts";
import { type AxisContext, type Chosen, choice, type ValueSet } from "../../methods/axis.ts";
import { numberWhere, oneOf, wholeNumber } from "../../methods/axis-values.ts";
import { featureName, featureNamed, NO_FEATURE } from "../../methods/feature.ts";
import { checkpointChoices, checkpointsOf, flopsOf, shared, step1Of } from "../../methods/shared-choices.ts";

const { flops, runs, score, final_window, final_share, bounds1, bounds2, loss1, delta1 } = shared;

/** Names of the laws of table 3 (Chen et al., 2025), which differ in their variables. */
export const LAWS = ["m1", "m2", "m3", "m4"] as const;

const domainsName: ValueSet<string> = {
  type: "string",
  allowed:
    "METRIC@domains, all subjects that have no accuracy; METRIC@SUBJECT+SUBJECT such as loss@math+code; METRIC, the task's own",
  read(given, context) {
    return given === NO_FEATURE ? { problem: JSON.stringify(given) } : featureName.read(given, context);
  },
};

const lawName: ValueSet<string> = {
  type: "string",
  allowed: `${LAWS.join(", ")}, or the name of a form with one variable a source`,
  words: LAWS,
  takesForms: true,
  read(given, context) {
    if (typeof given !== "string") return { problem: JSON.stringify(given) ?? String(given) };
    if (!LAWS.some((law) => law === given)) context.form(given);
    return { value: given };
  },
};

const atLeastOne = wholeNumber(1);

const hiddenUnits: ValueSet<number> = {
  type: "int64",
  allowed: `a whole number from 1 to ${MOST_HIDDEN}`,
  read(given, context) {
    const read = atLeastOne.read(given, context);
    return "value" in read && read.value > MOST_HIDDEN ? { problem: String(read.value) } : read;
  },
};

/** The design choices of FLP-M. A new one is an entry here and what `mixRecipe` makes of it. */
export const mixChoices = {
  flops,
  runs,
  score,
  domains: choice(
    domainsName,
    "loss@domains",
    "losses that step 1 predicts, one law a domain, and step 2 starts from",
  ),
  law: choice(
    lawName,
    "m4",
    "form of step 1, from the FLOPs of each source to the loss of each domain (table 3): m1 takes their sum alone, m2 is " +
      "a product of powers, m3 a power of a weighted sum, m4 both the power of the sum and those of the sources (equation 5)",
  ),
  zero_share: choice(
    oneOf("overlap", "floor", "drop"),
    "overlap",
    "what a source with share 0 counts as: overlap gives every source the part e of all others, C_s = C (p_s + e)/(1 + K e) " +
      "for K sources; floor raises shares below e to e; drop leaves the run out; idle for law m1",
  ),
  share_floor: choice(
    numberWhere("a number > 0 and < 1", (value) => value > 0 && value < 1),
    0.01,
    "e of zero_share; idle where that is drop",
  ),
  link: choice(
    oneOf("network", "network-least-squares", "linear", "search", "average", "flops", "none"),
    "network",
    "how the score is reached (figure 8): by a network of the domain losses trained with Adam (network) or solved by least " +
      "squares (network-least-squares), by a linear function of them (linear), by the form that predicts larger runs best among " +
      "hundreds (search: [search.md](search.md)), or by a linear function of their mean, which step 1 then predicts " +
      "as one (average: FLP on mixtures), by the law straight from FLOPs (flops); none is step 1 alone, where the task is " +
      "itself a domain and its loss is predicted (figure 7)",
  ),
  final_window: { ...final_window, default: 1 },
  final_share,
  ...checkpointChoices,
  hidden: choice(hiddenUnits, 3, "hidden units of the network; idle without one"),
  steps: choice(wholeNumber(1), 2000, "steps of Adam, all points at each; idle unless link is network"),
  learning_rate: choice(
    numberWhere("a number > 0", (value) => value > 0),
    0.05,
    "learning rate of the first step, which falls linearly to 0; idle unless link is network",
  ),
  weight_decay: choice(
    numberWhere("a number >= 0", (value) => value >= 0),
    0.01,
    "added to the gradient of the mean squared residual, times the parameter; idle unless link is network",
  ),
  network_inputs: choice(
    oneOf("standardised", "raw"),
    "standardised",
    "what the network takes: losses less their mean over their standard deviation, both over the points of step 2 " +
      "(standardised), or losses as they are (raw); idle without a network",
  ),
  network_response: choice(
    oneOf("percent", "share"),
    "percent",
    "unit of the score that the network is trained on, which the weight decay is weighed against: percent or share; idle " +
      "without a network",
  ),
  bounds1,
  bounds2,
  loss1: { ...loss1, default: "squared" },
  delta1,
} as const;

export type MixRecipe = ReturnType<typeof mixRecipe>;

/** The recipe of a cell of the method. */
export function mixRecipe(chosen: Chosen<typeof mixChoices>, context: AxisContext) {
  const step1 = step1Of(chosen);
  return {
    /** @throws UserError for an unknown name */
    getForm: (name: string) => context.form(name),
    /** FLOPs of a run. */
    flops: flopsOf(chosen.flops),
    runs: step1.runs,
    /** The metric that is predicted. */
    score: chosen.score,
    /** Losses that step 1 predicts, one a domain. */
    domains: featureNamed(chosen.domains),
    /** Name of the law of step 1: one of `LAWS`, or a form with one variable a source. */
    law: chosen.law,
    policy: { zeroShare: chosen.zero_share, shareFloor: chosen.share_floor },
    /** The way of step 2 from losses to the score, or that there is no step 2. */
    link: chosen.link,
    ...checkpointsOf(chosen),
    /** Hidden units of the network. */
    hidden: chosen.hidden,
    training: { steps: chosen.steps, learningRate: chosen.learning_rate, weightDecay: chosen.weight_decay },
    /** Whether the network takes losses less their mean over their standard deviation, or as they are. */
    networkInputs: chosen.network_inputs,
    /** Factor from the network's output to the score. */
    responseUnit: chosen.network_response === "percent" ? 0.01 : 1,
    step1,
    step2: { bounds: chosen.bounds2, loss: { kind: "squared" } as const },
  };
}
