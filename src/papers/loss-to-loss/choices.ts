import { type AxisContext, type AxisValue, type Chosen, choice, type ValueSet } from "../../methods/axis.ts";
import { anyName, formOfVariables, numberWhere, oneOf } from "../../methods/axis-values.ts";
import { shared, step1Of, step2Of } from "../../methods/shared-choices.ts";
import { isLoss } from "../../tables/checkpoint-table.ts";
import { OWN_CORPUS } from "../../tables/importers/loss-to-loss.ts";

const { score, runs, final_window, final_share, bounds1, residual1, loss1, delta1, bounds2, loss2, delta2 } =
  shared;

/** Value of the axes `source` and `destination` that means every corpus of the table. */
export const ALL_CORPORA = "all";

/** Values of the axis `input` that mean the loss on the run's own corpus, and that on the task. */
export const TRAIN_INPUT = "train";
export const TASK_INPUT = "task";

const anyMetric = anyName("a loss: loss, ce, mc_loss, ...");

const lossName: ValueSet<string> = {
  ...anyMetric,
  read(given, context) {
    const read = anyMetric.read(given, context);
    return "value" in read && !isLoss(read.value) ? { problem: JSON.stringify(given) } : read;
  },
};

/**
 * The design choices of loss-to-loss prediction. Step 1 are the laws, step 2 the translation. A new one is an entry here and what
 * `lossToLossRecipe` makes of it.
 */
export const lossToLossChoices = {
  relation: choice(
    oneOf("train-to-train", "train-to-test", "test-to-test", "loss-to-error", "composed", "scaling-law"),
    "train-to-train",
    "what is predicted from what: the train loss of one corpus's runs from that of another's, paired (train-to-train); a " +
      "run's loss on a task from its train loss (train-to-test); the loss on a task from that of another corpus's runs " +
      "(test-to-test); a run's error on a task from a loss (loss-to-error); train-to-train, then train-to-test (composed); or " +
      "a loss by its own law of parameters and tokens (scaling-law)",
  ),
  source: choice(
    anyName("all, or a family of the table", ALL_CORPORA),
    ALL_CORPORA,
    "corpus (family) of the runs whose loss is known; all stands for each corpus of the table",
  ),
  destination: choice(
    anyName("all, or a family of the table", ALL_CORPORA),
    ALL_CORPORA,
    "corpus (family) of the runs whose loss is predicted; all stands for each corpus that the relation may have with the " +
      "source: the source itself in train-to-test, loss-to-error and scaling-law, every other one in test-to-test and " +
      "composed, every one in train-to-train",
  ),
  law: choice(
    formOfVariables("N", "D"),
    "chinchilla",
    "form from parameters and tokens to a loss, whose parameter E is the irreducible loss: chinchilla (equation 1), kaplan " +
      "(equation 2, in which it is 0), kaplan-offset (equation 3), or the user's own",
  ),
  offsets: choice(
    oneOf("fixed", "destination-free", "free"),
    "fixed",
    "the irreducible losses E0 and E1 of a translation: those of laws of their own (fixed), E0 of one and E1 fitted with K and " +
      "kappa (destination-free), or both fitted (free); E1 of loss-to-error is always fitted",
  ),
  residual: choice(
    oneOf("shifted-log", "log", "plain"),
    "shifted-log",
    "residuals of a translation: of the logarithm of the loss above E1 (shifted-log; where E1 is fitted the same as log), of " +
      "that of the loss (log), or of the loss (plain)",
  ),
  pairing: choice(
    oneOf("size", "tokens", "budget"),
    "size",
    "which runs of two corpora are a pair: those with the same parameters and tokens (size), with the same tokens (tokens), or " +
      "of each budget of FLOPs the run of least loss on either corpus (budget); idle where source and destination are one",
  ),
  pair_tolerance: choice(
    numberWhere("a number >= 0 and < 1", (value) => value >= 0 && value < 1),
    1e-6,
    "relative difference up to which parameters, tokens and budgets of two runs are the same; of several runs the nearest is taken",
  ),
  input: choice(
    anyName("train, task, or a subject of the table", TRAIN_INPUT, TASK_INPUT),
    TRAIN_INPUT,
    "source loss of train-to-test and loss-to-error: the train loss (train), the loss on the task (task), or that on another " +
      "subject; idle elsewhere",
  ),
  source_loss: choice(
    oneOf("measured", "law"),
    "measured",
    "what a target is predicted from: the measured loss of its pair (measured), or what the law of the source gives for its " +
      "size (law); idle in scaling-law",
  ),
  train_subject: choice(
    anyName("a subject of the table"),
    OWN_CORPUS,
    "subject that holds each run's train loss, its loss on the corpus that it was trained on",
  ),
  metric: choice(lossName, "loss", "metric of the losses on tasks; the train loss is always the metric loss"),
  score: { ...score, description: "the metric whose error, 1 less it, loss-to-error predicts" },
  runs,
  final_window: { ...final_window, default: 1 },
  final_share,
  bounds1: { ...bounds1, description: "bounds of the parameters of the laws" },
  residual1: {
    ...residual1,
    description:
      "residuals of the laws: of the logarithm of the loss (log), of the loss (plain), or over the measured loss (relative)",
  },
  loss1: {
    ...loss1,
    description: "loss of the residuals of the laws, which are of the logarithm of the loss",
  },
  delta1: {
    ...delta1,
    description:
      "residual at which the Huber loss of the laws turns from square to linear; idle where loss1 is squared",
    default: 0.1,
  },
  bounds2: { ...bounds2, description: "bounds of the parameters of the translation (k, kappa, g, E)" },
  loss2: { ...loss2, description: "loss of the residuals of the translation", default: "squared" },
  delta2: {
    ...delta2,
    description:
      "residual at which the Huber loss of the translation turns from square to linear; idle where loss2 is squared",
  },
} as const;

export type LossToLossRecipe = ReturnType<typeof lossToLossRecipe>;

/** The recipe of a cell of the method. */
export function lossToLossRecipe(chosen: Chosen<typeof lossToLossChoices>, context: AxisContext) {
  const step1 = { ...step1Of(chosen), residual: chosen.residual1 };
  return {
    relation: chosen.relation,
    /** Corpus of the runs whose loss is known. */
    source: chosen.source,
    /** Corpus of the runs whose loss is predicted. */
    destination: chosen.destination,
    /** Subject that is the loss on the run's own corpus. */
    trainSubject: chosen.train_subject,
    /** Subject of the source loss, or `train` or `task`. */
    input: chosen.input,
    /** Metric of the losses. */
    metric: chosen.metric,
    /** Metric whose error, 1 less it, is predicted from a loss. */
    score: chosen.score,
    runs: step1.runs,
    finalWindow: step1.finalWindow,
    /** Which runs of two corpora are a pair. */
    pairing: chosen.pairing,
    /** Relative difference up to which parameters, tokens and budgets are the same. */
    pairTolerance: chosen.pair_tolerance,
    /** From parameters and tokens to a loss. */
    law: context.form(chosen.law),
    /** From the source loss to the destination's. */
    translation: context.form("shifted-power-law"),
    /** Which irreducible losses are those of laws of their own. */
    offsets: chosen.offsets,
    /** Residuals of a translation: of ln(L1 - E1), of ln L1, or of L1. */
    residual: chosen.residual,
    /** Source loss from which a target's loss is predicted: as it was measured, or by its law. */
    sourceLoss: chosen.source_loss,
    step1,
    step2: step2Of(chosen),
  };
}

/** Axes that choose the losses of a relation, and not how it is fitted. */
export const BETWEEN: readonly [from: string, to: string] = ["source", "destination"];

/** Whether a relation predicts the train losses of a corpus from themselves. */
export function isIdentity(axisOf: (axis: string) => AxisValue | null | undefined): boolean {
  return axisOf("relation") === "train-to-train" && axisOf("source") === axisOf("destination");
}
