import type { Form } from "../../forms/form.ts";
import type { Loss } from "../../solve/problem.ts";
import { OWN_CORPUS } from "../../tables/importers/loss-to-loss-columns.ts";
import type { AxisContext } from "../axis.ts";
import { ALL_RUNS } from "../runs.ts";

/** Value of the axes `source` and `destination` that stands for every corpus of the table. */
export const ALL_CORPORA = "all";

/** What is predicted from what; `docs/loss-to-loss.md` has a row for each. */
export const RELATIONS = [
  "train-to-train",
  "train-to-test",
  "test-to-test",
  "loss-to-error",
  "composed",
  "scaling-law",
] as const;

export type Relation = (typeof RELATIONS)[number];

/** Value of the axis `input` that stands for the loss on the run's own corpus, and for that on the task. */
export const TRAIN_INPUT = "train";
export const TASK_INPUT = "task";

/** Which irreducible losses are those of laws of their own. */
export type Offsets = "fixed" | "destination-free" | "free";

/** Residuals of a translation: of ln(L1 - E1), of ln L1, or of L1. */
export type TranslationResidual = "shifted-log" | "log" | "plain";

/** Runs of two corpora that are a pair. */
export type Pairing = "size" | "tokens" | "budget";

/** How a cell of the method is made: what the axes decide. */
export interface LossToLossRecipe {
  relation: Relation;
  /** Corpus of the runs whose loss is known. */
  source: string;
  /** Corpus of the runs whose loss is predicted. */
  destination: string;
  /** Subject that is the loss on the run's own corpus. */
  trainSubject: string;
  /** Subject of the source loss, or `train` or `task`. */
  input: string;
  /** Metric of the losses. */
  metric: string;
  /** Metric whose error, 1 less it, is predicted from a loss. */
  score: string;
  /** `all`, or an SQL predicate on the fit runs. */
  runs: string;
  pairing: Pairing;
  /** Relative difference up to which parameters, tokens and budgets are the same. */
  pairTolerance: number;
  /** From parameters and tokens to a loss. */
  law: Form;
  /** From the source loss to the destination's. */
  translation: Form;
  offsets: Offsets;
  residual: TranslationResidual;
  /** What a target's loss is predicted from: the source's loss as it was measured, or by its law. */
  sourceLoss: "measured" | "law";
  /** Checkpoints at the end of a run whose mean is its final value. */
  finalWindow: number;
  /** Of the laws, and of the translation, as `boundsFor` takes them. */
  bounds1: string;
  bounds2: string;
  loss1: Loss;
  loss2: Loss;
}

/** A recipe that the axes fill in. */
export function emptyRecipe(context: AxisContext): LossToLossRecipe {
  return {
    relation: "train-to-train",
    source: ALL_CORPORA,
    destination: ALL_CORPORA,
    trainSubject: OWN_CORPUS,
    input: TRAIN_INPUT,
    metric: "loss",
    score: "accuracy",
    runs: ALL_RUNS,
    pairing: "size",
    pairTolerance: 1e-6,
    law: context.form("chinchilla"),
    translation: context.form("shifted-power-law"),
    offsets: "fixed",
    residual: "shifted-log",
    sourceLoss: "measured",
    finalWindow: 1,
    bounds1: "form",
    bounds2: "form",
    loss1: { kind: "huber", delta: 0.1 },
    loss2: { kind: "squared" },
  };
}
