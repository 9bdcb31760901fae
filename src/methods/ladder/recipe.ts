import type { Form } from "../../forms/form.ts";
import type { Loss } from "../../solve/problem.ts";
import type { AxisContext } from "../axis.ts";
import type { Filter } from "../series.ts";

/** Size of a run: parameters, tokens, FLOPs. */
export interface Size {
  n: number;
  d: number;
  c: number;
}

/** The first step's form, and its variables from the size of a run, in the form's order. */
export interface Law {
  form: Form;
  variables: (size: Size) => number[];
}

/** How a cell of the method is made: what the axes decide. */
export interface LadderRecipe {
  law: Law;
  /** Metric between the steps. */
  feature: string;
  /** Form from feature to score. */
  link: Form;
  /** Checkpoints at the end of a run whose mean is its final value. */
  finalWindow: number;
  /** Treatment of each fit run's checkpoints before the second step, in order. */
  filters: Filter[];
  /** Points added to the second step. */
  extraPoints: { x: number; y: number }[];
  loss1: Loss;
  loss2: Loss;
}

/** The metric that is predicted. */
export const SCORE = "accuracy";

/** Size of a run as the variables of chinchilla. */
export function lawOfSizeAndTokens(context: AxisContext): Law {
  return { form: context.form("chinchilla"), variables: ({ n, d }) => [n, d] };
}

/** A recipe in which nothing is smoothed, dropped or added; the axes fill in the rest. */
export function emptyRecipe(context: AxisContext): LadderRecipe {
  return {
    law: lawOfSizeAndTokens(context),
    feature: "loss",
    link: context.form("sigmoid"),
    finalWindow: 1,
    filters: [],
    extraPoints: [],
    loss1: { kind: "squared" },
    loss2: { kind: "squared" },
  };
}
