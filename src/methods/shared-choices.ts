import { describeValue } from "../errors.ts";
import { lossSyntax, parseLoss, residualKinds } from "../solve/loss.ts";
import type { Loss } from "../solve/problem.ts";
import { approximateFlops } from "../tables/checkpoint-table.ts";
import { type Chosen, choice, rare, type ValueSet } from "./axis.ts";
import { anyName, flag, formOfOneVariable, numberWhere, oneOf, wholeNumber } from "./axis-values.ts";
import { boundsValue } from "./bounds.ts";
import type { CheckpointRule } from "./emergence.ts";
import { ALL_FAMILIES, EACH_FAMILY } from "./families.ts";
import { type Feature, featureName, NO_FEATURE, parseFeature } from "./feature.ts";
import { NO_PRIORS, priorsValue } from "./priors.ts";
import { RUN_COLUMNS } from "./run-columns.ts";
import { ALL_RUNS, type Size } from "./runs.ts";
import type { LinkStage, SizeStage } from "./stages.ts";

const runColumns = Object.entries(RUN_COLUMNS).map(([name, what]) => `${name}: ${what}`);
const positive = numberWhere("a number > 0", (value) => value > 0);

/** Value of the axes `runs1` and `runs2` that means the runs of both steps. */
const SAME_RUNS = "runs";

/** A loss as `parseLoss` reads it. */
const lossName: ValueSet<string> = {
  type: "string",
  allowed: lossSyntax,
  words: ["huber", "squared", "l1"],
  read(given) {
    const isLoss = typeof given === "string" && parseLoss(given, 1) !== undefined;
    return isLoss ? { value: given } : { problem: describeValue(given) };
  },
};

/** Design choices that several methods have, by name. */
export const shared = {
  family: rare(
    choice(
      anyName("pooled, each, or a family of the table", ALL_FAMILIES, EACH_FAMILY),
      ALL_FAMILIES,
      "families whose runs are fitted: all together (pooled), one (by its name), or each apart (each), which is a configuration a " +
        "family; a target of another family is not predicted",
    ),
  ),
  flops: choice(
    oneOf("table", "6nd"),
    "table",
    "compute of fit runs and targets: column c of the table, or 6*n*d (Kaplan et al., 2020)",
  ),
  runs: choice(
    anyName(`${ALL_RUNS}, or an SQL predicate`, ALL_RUNS),
    ALL_RUNS,
    `runs that both steps are fitted on: all, or an SQL predicate on the runs (${runColumns.join("; ")}), ` +
      "such as n <= 4e8, xc <= 2, flops_rank <= 8",
  ),
  runs1: rare(
    choice(
      anyName(`${SAME_RUNS}, all, or an SQL predicate`, SAME_RUNS, ALL_RUNS),
      SAME_RUNS,
      "runs that step 1, or the single step, is fitted on: those of runs, or others by a predicate on the same columns, in their place",
    ),
  ),
  runs2: rare(
    choice(
      anyName(`${SAME_RUNS}, all, or an SQL predicate`, SAME_RUNS, ALL_RUNS),
      SAME_RUNS,
      "runs that step 2 is fitted on: those of runs, or others by a predicate on the same columns, in their place; idle where step 2 " +
        "is fitted on checkpoints of targets",
    ),
  ),
  score: choice(anyName("a metric of the table"), "accuracy", "metric of the task that is predicted"),
  feature: choice(
    featureName,
    "loss",
    "what step 1 predicts and step 2 starts from: a metric of the task (loss, ce), of another subject (loss@c4), the " +
      "mean over several subjects (loss@c4+pile) or over all validation domains, which are the subjects without an " +
      "accuracy (loss@domains); none is a single step from size to score, which leaves the choices of step 2 idle",
  ),
  link: choice(
    formOfOneVariable,
    "sigmoid",
    "form of step 2, from the feature to accuracy: sigmoid, log-sigmoid, linear, or the user's own",
  ),
  final_window: choice(
    wholeNumber(1),
    5,
    "checkpoints at the end of a run whose mean is its final value, in step 1 and for actual values",
  ),
  final_share: rare(
    choice(
      numberWhere("a number >= 0 and < 1", (value) => value >= 0 && value < 1),
      0,
      "share of training at the end of a run whose checkpoints' mean is its final value, in the place of final_window: 0.02 is the last " +
        "2 %, at least the last checkpoint; 0 leaves it to final_window",
    ),
  ),
  bounds1: choice(boundsValue, "form", "bounds of the parameters of step 1, or of the single step"),
  bounds2: choice(boundsValue, "form", "bounds of the parameters of step 2; idle in a single step"),
  priors1: rare(
    choice(
      priorsValue,
      NO_PRIORS,
      "Gaussian priors of the parameters of step 1, or of the single step, weighed by the noise of its residuals",
    ),
  ),
  priors2: rare(
    choice(
      priorsValue,
      NO_PRIORS,
      "Gaussian priors of the parameters of step 2, weighed by the noise of its residuals; idle in a single step",
    ),
  ),
  residual1: rare(
    choice(
      oneOf(...residualKinds),
      "log",
      "residuals of step 1, or of the single step: of logarithms (log), of values (plain), or over the measured value (relative)",
    ),
  ),
  residual2: rare(
    choice(
      oneOf(...residualKinds),
      "plain",
      "residuals of step 2: of the score (plain), of its logarithm (log), or over it (relative)",
    ),
  ),
  loss1: choice(lossName, "huber", "loss of step 1's residuals, which are of the logarithm of the feature"),
  delta1: choice(
    positive,
    1e-3,
    "residual at which step 1's Huber loss turns from square to linear; idle where loss1 is squared, l1 or quantile, or has its own",
  ),
  loss2: choice(lossName, "squared", "loss of step 2's residuals, which are of accuracy"),
  delta2: choice(
    positive,
    1e-3,
    "residual at which step 2's Huber loss turns from square to linear; idle where loss2 is squared, l1 or quantile, or has its own",
  ),
} as const;

type Shared = Chosen<typeof shared>;

/** FLOPs of a run, as they are chosen to be counted. */
export function flopsOf(counting: Shared["flops"]): (size: Size) => number {
  return counting === "table" ? ({ c }) => c : ({ n, d }) => approximateFlops(n, d);
}

/** The predicate on the runs of a step: its own, or that of both. */
export function runsOfStep(own: string, runs: string): string {
  return own === SAME_RUNS ? runs : own;
}

/** The final window of the choices, as `finalPart` takes it. */
export function finalWindowOf({
  final_window,
  final_share,
}: Pick<Shared, "final_window" | "final_share">): number {
  return final_share > 0 ? final_share : final_window;
}

/** What the choices say of regressions on sizes: of step 1, or of the single step. */
export function step1Of(
  chosen: Pick<Shared, "runs" | "final_window" | "final_share" | "bounds1" | "loss1" | "delta1"> &
    Partial<Pick<Shared, "priors1">>,
): Pick<SizeStage, "runs" | "finalWindow" | "bounds" | "priors" | "loss"> {
  const { runs, bounds1, priors1 = NO_PRIORS, loss1, delta1 } = chosen;
  const loss = lossOf(loss1, delta1);
  return { runs, finalWindow: finalWindowOf(chosen), bounds: bounds1, priors: priors1, loss };
}

/** What the choices say of the regressions of step 2. */
export function step2Of(
  chosen: Pick<Shared, "bounds2" | "loss2" | "delta2"> & Partial<Pick<Shared, "priors2">>,
): Pick<LinkStage, "bounds" | "priors" | "loss"> {
  const { bounds2, priors2 = NO_PRIORS, loss2, delta2 } = chosen;
  return { bounds: bounds2, priors: priors2, loss: lossOf(loss2, delta2) };
}

/** A loss of residuals as a choice names it; delta is idle where it has none. */
export function lossOf(text: string, delta: number): Loss {
  return parseLoss(text, delta)!;
}

/** The loss that the stage on checkpoints starts from itself. */
const OWN = "own";

const improvementName: ValueSet<string> = {
  type: "string",
  allowed: "own, none, METRIC@SUBJECT, METRIC@SUBJECT+SUBJECT, METRIC@domains",
  words: [OWN, ...(featureName.words ?? [])],
  read(given, context) {
    if (given === OWN) return { value: OWN };
    const read = featureName.read(given, context);
    if (!("value" in read) || read.value === NO_FEATURE || read.value.includes("@")) return read;
    return { problem: JSON.stringify(given) };
  },
};

/** Which intermediate checkpoints a stage is fitted on. */
export const checkpointChoices = {
  improvement: choice(
    improvementName,
    OWN,
    "the pre-training loss that must have improved on all earlier checkpoints of the run for a checkpoint to be a point " +
      "of step 2: own is the loss that step 2 starts from, over several domains their mean; none keeps every checkpoint",
  ),
  improvement_decimals: choice(
    wholeNumber(0),
    2,
    "decimals to which that loss is rounded before it is compared; idle where improvement is none",
  ),
  improvement_unit: choice(
    oneOf("relative", "table"),
    "relative",
    "what that loss is rounded in: relative, with the median last loss of the fit runs as 2.5, about a model's in nats, so that " +
      "nats, bits and bits a byte keep the same checkpoints; table, as it stands, as the paper does with nats; idle where improvement is none",
  ),
  emerged: choice(
    flag,
    true,
    "whether only checkpoints whose score beats chance by a margin are points of step 2; the chance level of a task is " +
      "its metric chance, from the table or the sweep's key chance",
  ),
  margin: choice(
    numberWhere("a number >= 0 and < 1", (value) => value >= 0 && value < 1),
    0.05,
    "share by which a score must beat chance, 0.05 for 5 points; idle where emerged is false",
  ),
  neighbours: choice(
    wholeNumber(0),
    0,
    "checkpoints on either side whose mean score, without the checkpoint's own, is what must beat chance; 0 takes its own " +
      "score, by which checkpoints near the margin are kept for their luck; idle where emerged is false",
  ),
} as const;

/** What a recipe says of the intermediate checkpoints that a stage is fitted on. */
export interface CheckpointRecipe {
  /** The pre-training loss that must improve; undefined for the loss that the stage itself starts from. */
  pretraining: Feature | undefined;
  rule: CheckpointRule;
}

export function checkpointsOf(chosen: Chosen<typeof checkpointChoices>): CheckpointRecipe {
  const { improvement, improvement_decimals, improvement_unit, emerged, margin, neighbours } = chosen;
  return {
    pretraining: improvement === OWN ? undefined : parseFeature(improvement),
    rule: {
      improvementDecimals: improvement === NO_FEATURE ? undefined : improvement_decimals,
      improvementUnit: improvement_unit,
      margin: emerged ? margin : undefined,
      neighbours,
    },
  };
}
