import type { Form } from "../forms/form.ts";
import type { Problem } from "../solve/problem.ts";
import { type CheckpointTable, isLoss } from "../tables/checkpoint-table.ts";
import type { Axis, AxisContext, AxisInfo, AxisValue, Choice } from "./axis.ts";
import { crossAxes, type GivenAxes } from "./cross-axes.ts";
import type { LeftOutPoints } from "./left-out.ts";
import type { RunIndex, Target } from "./runs.ts";
import type { Size } from "./size.ts";

/** What a method plans a cell from. */
export interface TaskData {
  index: RunIndex;
  task: string;
  targets: readonly Target[];
}

/** Which runs the points of a regression are from. */
export interface PointRuns {
  /** Names of the runs, in the order in which their points stand. */
  runs: readonly string[];
  /** Points of each run, which stand side by side; points after the last run's are of no run, such as an anchor. */
  runLengths: readonly number[];
  /** Run that each point was measured on, where runs are drawn under another's name. @default those of `runs` */
  measured?: readonly string[];
}

/** A regression, or why there is none. */
export type Posed = {
  /** Points that it could have had and does not use. */
  leftOut?: readonly LeftOutPoints[];
} & (({ problem: Omit<Problem, "key"> } & PointRuns) | { skipped: { reason: string } });

/** How a stage is posed whose points are made with the solutions of others. */
export interface Posing {
  /** Places of those stages in the plan, all before its own; none of them waits for others itself. */
  after: readonly number[];
  /** Form of its regression. */
  form: Form;
  /** @param parameters solution of each of those stages, in the order of `after` */
  pose(parameters: readonly Float64Array[]): Posed;
}

interface StageIdentity {
  name: string;
  /**
   * Inputs of its form for a run of any size, of a regression on sizes; undefined for a run that it cannot take. @default
   * not known before other stages are fitted
   */
  inputsOf?(size: Size): number[] | undefined;
  /** Sizes of the runs that its points are of, of a regression on sizes. */
  sizes?: readonly Size[];
  /** The one target that it is for; undefined where all share it. */
  target?: string;
  /** What its response is of, where that is not the task: a validation domain, or `mean` of several. */
  subject?: string;
}

/** One regression of a cell, or why the table cannot give its points; of one that waited for others, how it was posed. */
export type PosedStage = StageIdentity & Posed & { posing?: Posing };

/** A stage that waits for the solutions of others. */
export type WaitingStage = StageIdentity & { posing: Posing };

export type Stage = PosedStage | WaitingStage;

/** Whether a stage still waits for the solutions of others. */
export function isWaiting(stage: Stage): stage is WaitingStage {
  return !("problem" in stage || "skipped" in stage);
}

/** A target that solved stages do not predict all the same: a loss below what a fit holds for the least possible. */
export interface Unpredicted {
  /** The stage that has no value for it. */
  stage: string;
  target: string;
  reason: string;
}

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

/** A fitted shifted power law between two losses, L1 = K (L0 - E0)^kappa + E1. */
export interface Translated {
  /** Place of its stage in the plan. */
  place: number;
  stage: string;
  /** What L0 and L1 are: `hellaswag on fineweb`. */
  from: string;
  to: string;
  kappa: number;
  K: number;
  E0: number;
  E1: number;
  /** Whether E0, and whether E1, is that of a law of its own. */
  isFixed: [E0: boolean, E1: boolean];
}

/** The stages of a cell, which may be solved in any order unless they wait for others, and how their solutions are chained. */
export interface Plan {
  stages: readonly Stage[];
  /**
   * Fit runs that its stages may have points of, in the order of their content: what is resampled. A run may have no point in
   * some stage.
   */
  fitRuns: readonly string[];
  /**
   * @param parameters solution of each stage, in the order of `stages`; undefined where there is none
   * @param shifts what is added to what each stage predicts, in the unit of its residuals: to its logarithm where they are
   *   of logarithms; for measurements, which lie about the curve. @default nothing
   * @returns one prediction for each target whose stages all have a solution
   */
  predict(parameters: readonly (Float64Array | undefined)[], shifts?: readonly number[]): Prediction[];
  /**
   * What is predicted for a run of any size and mixture, where the method takes mixtures.
   *
   * @param parameters as in `predict`
   * @returns NaN where there is no prediction
   */
  at?(parameters: readonly (Float64Array | undefined)[], size: Size): number;
  /**
   * Targets that the solutions leave without a prediction, and why. @default none
   *
   * @param parameters as in `predict`
   */
  unpredicted?(parameters: readonly (Float64Array | undefined)[]): Unpredicted[];
  /**
   * The fitted relations between losses, where the method has such. @default none
   *
   * @param parameters as in `predict`
   */
  translations?(parameters: readonly (Float64Array | undefined)[]): Translated[];
}

/** A metric that must be measured on a fit run, or on a target (rows with a phase included). */
export interface Need {
  metric: string;
  on: "fit" | "target";
}

/** Kind of metric that is predicted: a score, the higher the better, a loss, or an error, 1 less the score. */
export type Predicted = "score" | "loss" | "error";

/** One assignment of all axes of a method. */
export interface Configuration {
  /** Value of each axis, in the order of the method's axes. */
  values: ReadonlyMap<string, AxisValue>;
  /** What is predicted. Relative errors of the kinds are no rivals: configurations are ranked within each. */
  predicts: Predicted;
  /** Whether the task is one that it is meant for; a cell is made of no other. @default every task */
  isFor?(task: string, index: RunIndex): boolean;
  /**
   * The configurations that it stands for on a table, where a value stands for several: each corpus of the table.
   * @default itself
   *
   * @param where file and key, for messages
   * @throws UserError for a value that the table does not have
   */
  onTable?(table: CheckpointTable, where: string): Configuration[];
  /** What a task must have. */
  needs: readonly Need[];
  /** Predicates on runs that the plan asks the index for. */
  predicates: readonly string[];
  /** @throws UserError for data that no fit can be made of, such as a loss <= 0 whose logarithm is taken */
  plan(data: TaskData): Plan;
}

/** Stages chained into a prediction, with design choices. */
export interface Method {
  name: string;
  description: string;
  axes: readonly AxisInfo[];
  /** Names of the stages that its plans may have, in order. A plan may have several of one name, for one target each. */
  stages: readonly string[];
  /** Whether its predictions depend on the mixture of the training data. */
  takesMixtures: boolean;
  /** Whether its fits are a result without anything to predict, so that a sweep needs no target. */
  fitsAlone: boolean;
  /**
   * The cross product of the given values of the axes; an axis that is not given has its default. Several
   * mappings give the union of their cross products.
   *
   * @param given axis name to a value or a list of values, unchecked; one such mapping or several
   * @param where file and key, for messages
   * @throws UserError for an unknown axis or a value that is not allowed
   */
  configurations(
    given: GivenAxes | readonly GivenAxes[],
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
  /** The metric that the recipe predicts. */
  metric(recipe: Recipe): string;
  /** What a task must have for the recipe. */
  needs(recipe: Recipe): readonly Need[];
  /** What is predicted. @default by the metric */
  predicts?(recipe: Recipe): Predicted;
  /** As `Configuration` has it. @default every task */
  isFor?(recipe: Recipe, task: string, index: RunIndex): boolean;
  /**
   * What values of axes stand for on a table: the axes to replace, for each configuration that there is to be.
   *
   * @param where file and key, for messages
   * @throws UserError for a value that the table does not have
   */
  onTable?(
    recipe: Recipe,
    table: CheckpointTable,
    where: string,
  ): readonly Readonly<Record<string, AxisValue>>[];
  /** Whether its predictions depend on the mixture of the training data. @default false */
  takesMixtures?: boolean;
  /** Whether its fits are a result without anything to predict. @default false */
  fitsAlone?: boolean;
  /** Predicates on runs that the recipe asks the index for. @default none */
  predicates?(recipe: Recipe): readonly string[];
  plan(recipe: Recipe, data: TaskData): Plan;
}

/** Makes a method from its record. */
export function defineMethod<Recipe>(record: MethodRecord<Recipe>): Method {
  const { name, description, stages, axes, takesMixtures = false, fitsAlone = false } = record;
  const configure = (choices: readonly Choice<Recipe>[], context: AxisContext): Configuration => {
    const recipe = record.emptyRecipe(context);
    for (const choice of choices) choice.apply(recipe);
    const values = new Map(choices.map(({ axis, value }) => [axis, value]));
    return {
      values,
      predicts: record.predicts?.(recipe) ?? (isLoss(record.metric(recipe)) ? "loss" : "score"),
      needs: record.needs(recipe),
      predicates: record.predicates?.(recipe) ?? [],
      plan: (data) => record.plan(recipe, data),
      ...(record.isFor && { isFor: (task, index) => record.isFor!(recipe, task, index) }),
      ...(record.onTable && {
        onTable: (table, where) =>
          record.onTable!(recipe, table, where).flatMap((replaced) =>
            cross({ ...Object.fromEntries(values), ...replaced }, context, where),
          ),
      }),
    };
  };
  const cross = (given: GivenAxes | readonly GivenAxes[], context: AxisContext, where: string) =>
    crossAxes(name, axes, given, context, where).map((choices) => configure(choices, context));
  return { name, description, stages, axes, takesMixtures, fitsAlone, configurations: cross };
}
