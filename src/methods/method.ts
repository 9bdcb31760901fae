import type { Problem } from "../solve/problem.ts";
import type { Axis, AxisContext, AxisInfo, AxisValue, Choice } from "./axis.ts";
import { crossAxes } from "./cross-axes.ts";
import type { RunIndex, Target } from "./runs.ts";

/** What a method plans a cell from. */
export interface TaskData {
  index: RunIndex;
  task: string;
  targets: readonly Target[];
}

/** One regression of a cell, or why the table cannot give its points. */
export type Stage =
  | { name: string; problem: Omit<Problem, "key"> }
  | { name: string; skipped: { reason: string } };

/** The prediction of one target. What is not known is NaN. */
export interface Prediction {
  target: string;
  predicted: number;
  actual: number;
  /** The intermediate feature of a chained method. */
  featurePredicted: number;
  featureActual: number;
  /** Prediction of the last stage alone, from the actual feature. */
  linkPredicted: number;
}

/** The stages of a cell, which may be solved in any order, and how their solutions are chained. */
export interface Plan {
  stages: readonly Stage[];
  /**
   * @param parameters solution of each stage, in the order of `stages`
   * @returns one prediction a target
   */
  predict(parameters: readonly Float64Array[]): Prediction[];
}

/** One assignment of all axes of a method. */
export interface Configuration {
  /** Value of each axis, in the order of the method's axes. */
  values: ReadonlyMap<string, AxisValue>;
  /** Metrics that a task must have on its fit runs. */
  metrics: readonly string[];
  /** @throws UserError for data that no fit can be made of, such as a loss <= 0 whose logarithm is taken */
  plan(data: TaskData): Plan;
}

/** Stages chained into a prediction, with design choices. */
export interface Method {
  name: string;
  description: string;
  axes: readonly AxisInfo[];
  /** Names of the stages, in order. */
  stages: readonly string[];
  /**
   * The cross product of the given values of the axes; an axis that is not given has its default.
   *
   * @param given axis name to a value or a list of values, unchecked
   * @param where file and key, for messages
   * @throws UserError for an unknown axis or a value that is not allowed
   */
  configurations(
    given: Readonly<Record<string, unknown>>,
    context: AxisContext,
    where: string,
  ): Configuration[];
}

/** A method as its file gives it. The recipe is what the axes write their choices into. */
export interface MethodRecord<Recipe> {
  name: string;
  description: string;
  stages: readonly string[];
  axes: readonly Axis<Recipe>[];
  /** A recipe for the axes to fill in. */
  emptyRecipe(context: AxisContext): Recipe;
  /** Metrics that the recipe needs on fit runs. */
  metrics(recipe: Recipe): readonly string[];
  plan(recipe: Recipe, data: TaskData): Plan;
}

/** Makes a method from its record. */
export function defineMethod<Recipe>(record: MethodRecord<Recipe>): Method {
  const configure = (choices: readonly Choice<Recipe>[], context: AxisContext): Configuration => {
    const recipe = record.emptyRecipe(context);
    for (const choice of choices) choice.apply(recipe);
    return {
      values: new Map(choices.map(({ axis, value }) => [axis, value])),
      metrics: record.metrics(recipe),
      plan: (data) => record.plan(recipe, data),
    };
  };
  const { name, description, stages, axes } = record;
  return {
    name,
    description,
    stages,
    axes,
    configurations: (given, context, where) =>
      crossAxes(name, axes, given, context, where).map((choices) => configure(choices, context)),
  };
}
