import type { Form } from "../../forms/form.ts";
import type { Loss } from "../../solve/problem.ts";
import type { AxisContext } from "../axis.ts";
import type { Feature } from "../feature.ts";
import { ALL_RUNS } from "../runs.ts";
import type { Filter } from "../series.ts";
import type { Size } from "../size.ts";

/** What is taken of a run's size, and the forms that take it. */
export interface Input {
  /** Variables of both forms, in their order. */
  variables(size: Size): number[];
  /** From size to the feature. */
  law: Form;
  /** From size to the score in one step. */
  single: Form;
}

/** How a cell of the method is made: what the axes decide. */
export interface LadderRecipe {
  input: Input;
  /** FLOPs of a run. */
  flops(size: Size): number;
  /** `all`, or an SQL predicate on the fit runs. */
  runs: string;
  /** What stands between the steps; undefined for a single step. */
  feature: Feature | undefined;
  /** The metric that is predicted. */
  score: string;
  /** Whose checkpoints step 2 is fitted on: those of the fit runs, or each target's own early ones. */
  linkRuns: "fit" | "target";
  /** Form from feature to score. */
  link: Form;
  /** Checkpoints at the end of a run whose mean is its final value. */
  finalWindow: number;
  /** Treatment of each run's checkpoints before the second step, in order. */
  filters: Filter[];
  /** Points added to the second step. */
  extraPoints: { x: number; y: number }[];
  /** Bounds of each step's parameters, as `boundsFor` takes them. */
  bounds1: string;
  bounds2: string;
  loss1: Loss;
  loss2: Loss;
}

/** Parameters and tokens as the input. */
export function sizeAndTokens(context: AxisContext): Input {
  return {
    variables: ({ n, d }) => [n, d],
    law: context.form("chinchilla"),
    single: context.form("single-step"),
  };
}

/** A recipe in which nothing is smoothed, dropped or added; the axes fill in the rest. */
export function emptyRecipe(context: AxisContext): LadderRecipe {
  return {
    input: sizeAndTokens(context),
    flops: ({ c }) => c,
    runs: ALL_RUNS,
    feature: undefined,
    score: "accuracy",
    linkRuns: "fit",
    link: context.form("sigmoid"),
    finalWindow: 1,
    filters: [],
    extraPoints: [],
    bounds1: "form",
    bounds2: "form",
    loss1: { kind: "squared" },
    loss2: { kind: "squared" },
  };
}

/** Variables of a size for the forms of the recipe's input. */
export function sizeVariables({ input, flops }: LadderRecipe, size: Size): number[] {
  return input.variables({ ...size, c: flops(size) });
}
