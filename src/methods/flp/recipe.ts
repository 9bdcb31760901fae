import type { Form } from "../../forms/form.ts";
import type { Loss, Residual } from "../../solve/problem.ts";
import type { AxisContext } from "../axis.ts";
import { type CheckpointChoices, everyCheckpoint } from "../checkpoint-choices.ts";
import type { LinkRuns } from "../checkpoint-points.ts";
import type { Feature } from "../feature.ts";
import { ALL_RUNS } from "../runs.ts";
import type { Size } from "../size.ts";

/** How a cell of the method is made: what the axes decide. */
export interface FlpRecipe extends CheckpointChoices {
  /** FLOPs of a run. */
  flops(size: Size): number;
  /** `all`, or an SQL predicate on the fit runs. */
  runs: string;
  /** The metric that is predicted. */
  score: string;
  /** What stands between the steps; undefined for the score straight from compute. */
  feature: Feature | undefined;
  /** From compute to the feature. */
  law: Form;
  /** From compute to the score. */
  direct: Form;
  /** From the feature to the score. */
  link: Form;
  linkRuns: LinkRuns;
  /** Checkpoints at the end of a run whose mean is its final value. */
  finalWindow: number;
  /** Bounds of each step's parameters, as `boundsFor` takes them. */
  bounds1: string;
  bounds2: string;
  /** Of the form from compute to the score. */
  residual: Residual;
  loss1: Loss;
  loss2: Loss;
}

/** A recipe that the axes fill in. */
export function emptyRecipe(context: AxisContext): FlpRecipe {
  return {
    flops: ({ c }) => c,
    runs: ALL_RUNS,
    score: "accuracy",
    feature: undefined,
    law: context.form("power-law"),
    direct: context.form("compute-power-law"),
    link: context.form("linear"),
    linkRuns: "fit",
    finalWindow: 1,
    ...everyCheckpoint(),
    bounds1: "form",
    bounds2: "form",
    residual: "plain",
    loss1: { kind: "squared" },
    loss2: { kind: "squared" },
  };
}
