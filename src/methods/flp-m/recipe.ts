import type { Form } from "../../forms/form.ts";
import type { Loss, Training } from "../../solve/problem.ts";
import type { AxisContext } from "../axis.ts";
import { type CheckpointChoices, everyCheckpoint } from "../checkpoint-choices.ts";
import type { Feature } from "../feature.ts";
import { ALL_RUNS } from "../runs.ts";
import type { Size } from "../size.ts";
import type { SourcePolicy } from "./source-flops.ts";

/** How step 2 goes from losses to the score, or that there is none. */
export type DomainLink = "network" | "network-least-squares" | "linear" | "average" | "flops" | "none";

/** How a cell of the method is made: what the axes decide. */
export interface MixRecipe extends CheckpointChoices {
  /** @throws UserError for an unknown name */
  getForm(name: string): Form;
  /** FLOPs of a run. */
  flops(size: Size): number;
  /** `all`, or an SQL predicate on the fit runs. */
  runs: string;
  /** The metric that is predicted. */
  score: string;
  /** Losses that step 1 predicts, one a domain. */
  domains: Feature;
  /** Name of the law of step 1, for `lawOf`. */
  law: string;
  policy: SourcePolicy;
  link: DomainLink;
  /** Hidden units of the network. */
  hidden: number;
  training: Training;
  /** Whether the network takes losses less their mean over their standard deviation, or as they are. */
  networkInputs: "standardised" | "raw";
  /** What the network's output is multiplied by to give the score. */
  responseUnit: number;
  /** Checkpoints at the end of a run whose mean is its final value. */
  finalWindow: number;
  /** Bounds of each step's parameters, as `boundsFor` takes them. */
  bounds1: string;
  bounds2: string;
  loss1: Loss;
}

/** A recipe that the axes fill in. */
export function emptyRecipe(context: AxisContext): MixRecipe {
  return {
    getForm: (name) => context.form(name),
    flops: ({ c }) => c,
    runs: ALL_RUNS,
    score: "accuracy",
    domains: { name: "loss@domains", metric: "loss", subjects: ["domains"] },
    law: "m4",
    policy: { zeroShare: "overlap", shareFloor: 0.01 },
    link: "network",
    hidden: 3,
    training: { steps: 2000, learningRate: 0.05, weightDecay: 0.01 },
    networkInputs: "standardised",
    responseUnit: 0.01,
    finalWindow: 1,
    ...everyCheckpoint(),
    bounds1: "form",
    bounds2: "form",
    loss1: { kind: "squared" },
  };
}
