import type { Form } from "../forms/form.ts";
import type { Problem, SolveOptions, SolveResult } from "../solve/problem.ts";
import { type CheckpointTable, isLoss } from "../tables/checkpoint-table.ts";
import {
  type AxisContext,
  type AxisInfo,
  type AxisValue,
  axesOf,
  type Chosen,
  type DesignChoices,
} from "./axis.ts";
import { type Assignment, crossAxes, type GivenAxes } from "./cross-axes.ts";
import type { Law } from "./law.ts";
import type { RunIndex, Size, Target } from "./runs.ts";

/** What a method makes the plan of a cell from: a task of the table and the targets to predict. */
export interface TaskData {
  index: RunIndex;
  task: string;
  targets: readonly Target[];
}

/** Which training runs the points of a regression come from. */
export interface PointRuns {
  /** Names of the runs, in the order of their points. */
  runs: readonly string[];
  /** Number of points of each run, which are side by side; points after the last run's belong to no run, such as an anchor. */
  runLengths: readonly number[];
  /** Whether the sigmas of the points are the known standard errors of their residuals. @default false */
  hasKnownErrors?: boolean;
  /** Run that each point was measured on, where runs are resampled under another's name. @default those of `runs` */
  measured?: readonly string[];
}

/** How many points a stage leaves out for one reason. */
export interface LeftOutPoints {
  reason: string;
  points: number;
}

/** A regression that is ready to be solved, or the reason why there is none. */
export type Posed = {
  /** Points that it could have had and leaves out. @default none */
  leftOut?: readonly LeftOutPoints[];
} & (({ problem: Omit<Problem, "key"> } & PointRuns) | { skipped: { reason: string } });

/** How a stage is made into a regression where its points need the solutions of other stages. */
export interface Posing {
  /** Places of those stages in the plan. All are before its own, and none of them waits for others itself. */
  after: readonly number[];
  /** Form of its regression. */
  form: Form;
  /** @param parameters the solution of each of those stages, in the order of `after` */
  pose(parameters: readonly Float64Array[]): Posed;
}

interface StageIdentity {
  name: string;
  /**
   * Of a regression on sizes: the inputs of its form for a run of any size; undefined for a run that the form cannot take.
   * @default unknown before other stages are fitted
   */
  inputsOf?(size: Size): number[] | undefined;
  /** Of a regression on sizes: the sizes of the runs that its points come from. */
  sizes?: readonly Size[];
  /** The one target that it is for; undefined where all share it. */
  target?: string;
  /** Predicate on the fit runs that its points are of, where stages of the plan have different ones. */
  filter?: string;
  /** What its response is measured on, where that is not the task: a validation domain, or `mean` of several. */
  subject?: string;
}

/** One regression of a cell, or the reason why the table cannot give its points. One that waited keeps its `posing`. */
export type PosedStage = StageIdentity & Posed & { posing?: Posing };

/** A stage that waits for the solutions of others. */
export type WaitingStage = StageIdentity & { posing: Posing };

export type Stage = PosedStage | WaitingStage;

/** Whether a stage still waits for the solutions of others. */
export function isWaiting(stage: Stage): stage is WaitingStage {
  return !("problem" in stage || "skipped" in stage);
}

/** A target that has no prediction although all stages are solved: its loss is below the fitted irreducible loss. */
export interface Unpredicted {
  /** The stage that gives no value for it. */
  stage: string;
  target: string;
  reason: string;
}

/** The prediction of one target. Unknown values are NaN. */
export interface Prediction {
  target: string;
  predicted: number;
  actual: number;
  /** The feature between the steps of a chained method. */
  featurePredicted: number;
  featureActual: number;
  /** The prediction of the last stage alone, from the actual feature. */
  linkPredicted: number;
}

/** What was measured on a target. Unknown values are NaN. */
export type Measurement = Pick<Prediction, "target" | "actual" | "featureActual">;

/** The solutions of a stage on many replicates. */
export interface SolutionRows {
  /** Number of parameters. */
  width: number;
  /** Replicates x parameters, row-major. A stage that no resample changes has one row for all replicates. */
  parameters: Float64Array;
  /** Whether there is one row for all replicates. */
  isHeld: boolean;
  /** Of each replicate 0 where it has a solution, another number where it has none. Empty if the stage is held. */
  degenerate: Uint8Array;
}

/** The predictions of one target on many replicates, one number each; NaN where there is none. They must not be changed. */
export interface PredictionColumns
  extends Record<"predicted" | "featurePredicted" | "linkPredicted", Float64Array> {
  target: string;
}

/** The steps of a prediction that is made in one. */
export const WITHOUT_STEPS = {
  featurePredicted: Number.NaN,
  featureActual: Number.NaN,
  linkPredicted: Number.NaN,
} as const;

/** A fitted shifted power law between two losses, L1 = K (L0 - E0)^kappa + E1. */
export interface Translated {
  /** Place of its stage in the plan. */
  place: number;
  stage: string;
  /** What L0 and L1 are losses of: `hellaswag on fineweb`. */
  from: string;
  to: string;
  kappa: number;
  K: number;
  E0: number;
  E1: number;
  /** Whether E0, and whether E1, is taken from a law that was fitted before. */
  isFixed: [E0: boolean, E1: boolean];
}

/**
 * A cell as a few regressions (stages) and the way from their solutions to predictions.
 *
 * Why it is split so: all that costs time is in the stages, and all that knows the method is in the functions. So a sweep
 * pools the stages of all cells, solves equal problems once, resamples them once, and gives the solutions back to each plan,
 * without knowing any method. This holds as long as
 *
 * - the functions are pure and fast: they are called once for the data and once for each replicate, with the solutions in the
 *   order of `stages`, and never solve anything;
 * - a stage that has no solution is `undefined` there, and takes the predictions that need it away, no others;
 * - a stage whose points depend on other stages' solutions says so (`posing`) and is posed when those are known. All other
 *   stages may be solved in any order.
 */
export interface Plan {
  stages: readonly Stage[];
  /**
   * Fit runs that its stages may have points of, in the order of their content: what the bootstrap resamples. A run may have no
   * point in some stage.
   */
  fitRuns: readonly string[];
  /** What was measured on each target that the plan may predict, whether or not its stages have solutions. @default nothing */
  measured?: readonly Measurement[];
  /**
   * Chains the solutions into predictions.
   *
   * @param parameters the solution of each stage, in the order of `stages`; undefined where there is none
   * @param shifts noise added to the value of each stage, in the unit of its residuals (to the logarithm, where residuals are of
   *   logarithms), for predictions of measurements, which scatter about the curve. @default none
   * @returns one prediction for each target whose stages all have a solution
   */
  predict(parameters: readonly (Float64Array | undefined)[], shifts?: readonly number[]): Prediction[];
  /**
   * The same on many replicates at once. @default `predict`, one replicate after the other
   *
   * @param replicates their number
   * @param shifts as in `predict`, a number for each replicate; undefined where a stage has none
   */
  predictMany?(
    solutions: readonly (SolutionRows | undefined)[],
    replicates: number,
    shifts?: readonly (Float64Array | undefined)[],
  ): PredictionColumns[];
  /**
   * The same chain with other forms on the same inputs. @default its forms cannot be replaced
   *
   * @param forms in the order of `stages`; undefined where a stage keeps its own
   */
  withForms?(forms: readonly (Form | undefined)[]): Pick<Plan, "predict" | "predictMany">;
  /**
   * The prediction for a run of any size and mixture. @default the plan cannot predict sizes other than targets
   *
   * @param parameters as in `predict`
   * @returns NaN where there is no prediction
   */
  at?(parameters: readonly (Float64Array | undefined)[], size: Size): number;
  /**
   * The targets that the solutions leave without a prediction, and why. @default none
   *
   * @param parameters as in `predict`
   */
  unpredicted?(parameters: readonly (Float64Array | undefined)[]): Unpredicted[];
  /**
   * The fitted relations between losses. @default none
   *
   * @param parameters as in `predict`
   */
  translations?(parameters: readonly (Float64Array | undefined)[]): Translated[];
}

/** A metric that a task must have on a fit run, or on a target (rows with a phase included). */
export interface Need {
  metric: string;
  on: "fit" | "target";
}

/** Kind of the predicted metric: a score (higher is better), a loss, or an error (1 - score). */
export type Predicted = "score" | "loss" | "error";

/** One assignment of all axes of a method. */
export interface Configuration {
  /** Value of each axis, in the order of the method's axes. */
  values: Assignment;
  /** Relative errors of different kinds cannot be compared: configurations are ranked within each kind. */
  predicts: Predicted;
  /** Whether it is meant for the task; no cell is made of any other. @default every task */
  isFor?(task: string, index: RunIndex): boolean;
  /**
   * The configurations that it means on a table, if one value means several, such as each corpus of the table.
   * @default itself
   *
   * @param where file and key, for messages
   * @throws UserError for a value that the table does not have
   */
  onTable?(table: CheckpointTable, where: string): Configuration[];
  /** What a task must have. */
  needs: readonly Need[];
  /** Subjects that its plans may read beside the task. @default any */
  reads?: readonly string[];
  /** Predicates on runs that the plan reads from the index. */
  predicates: readonly string[];
  /** Laws that may take columns of the table. @default none */
  laws?: readonly Law[];
  /** Seeks the forms that its plan for a task is made with, before it is made. @default its forms are known */
  seek?: Seek;
  /** @throws UserError for mistakes in the table, such as shares of sources that do not add up to 1 */
  plan(data: TaskData): Plan;
}

/**
 * Finds forms of a plan by the data, and keeps them for it.
 *
 * @param solve solves the problems of many forms; undefined where nothing is to be solved, and a form is kept that stands for the one that would be found
 * @returns whether forms were sought, or would be; false where they are known from another configuration, or have no points
 */
export type Seek = (
  data: TaskData,
  solve: ((problems: Problem[], options: SolveOptions) => Promise<SolveResult[]>) | undefined,
) => Promise<boolean>;

/** The laws of configurations that take columns of the table, each once. */
export function lawsOf(configurations: readonly Configuration[]): Law[] {
  return [
    ...new Map(configurations.flatMap(({ laws }) => laws ?? []).map((law) => [law.text, law])).values(),
  ];
}

/** A way from the runs of a table to predictions: stages that are chained, with design choices. */
export interface Method {
  name: string;
  description: string;
  axes: readonly AxisInfo[];
  /** Names of the stages that its plans may have, in order. A plan may have several stages of one name, one for each target. */
  stages: readonly string[];
  /** Whether its predictions depend on the mixture of the training data. */
  takesMixtures: boolean;
  /** Whether its fits are a result by themselves, so that a sweep needs no target. */
  fitsAlone: boolean;
  /** Whether its fits are what users look at: tables have the errors of parameters, covariances, residuals and leverages. */
  detailsFits: boolean;
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

/**
 * A method as its file declares it. Its recipe holds what a plan needs to know of the chosen values: forms, metrics, filters and
 * settings of regressions.
 */
export interface MethodRecord<Choices extends DesignChoices, Recipe> {
  name: string;
  description: string;
  stages: readonly string[];
  choices: Choices;
  /** A pure function of the chosen values, one for each design choice. */
  recipe(chosen: Chosen<Choices>, context: AxisContext): Recipe;
  /** The metric that the recipe predicts. */
  metric(recipe: Recipe): string;
  /** What a task must have for the recipe. */
  needs(recipe: Recipe): readonly Need[];
  /** Subjects that its plans may read beside the task; undefined for any. @default any */
  reads?(recipe: Recipe): readonly string[] | undefined;
  /** Kind of the predicted metric. @default loss or score, by the name of the metric */
  predicts?(recipe: Recipe): Predicted;
  /** As `Configuration` has it. @default every task */
  isFor?(recipe: Recipe, task: string, index: RunIndex): boolean;
  /**
   * As `Configuration` has it: for each configuration, the axes whose values are to be replaced.
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
  /** Whether its fits are a result by themselves. @default false */
  fitsAlone?: boolean;
  /** As `Method` has it. @default false */
  detailsFits?: boolean;
  /** As `Configuration` has it. @default none */
  laws?(recipe: Recipe): readonly Law[];
  /** Predicates on runs that the plan reads from the index. @default none */
  predicates?(recipe: Recipe): readonly string[];
  /** As `Configuration` has it. @default none are sought */
  seek?(recipe: Recipe): Seek | undefined;
  plan(recipe: Recipe, data: TaskData): Plan;
}

/** Makes a method from its record. */
export function defineMethod<Choices extends DesignChoices, Recipe>(
  record: MethodRecord<Choices, Recipe>,
): Method {
  const {
    name,
    description,
    stages,
    choices,
    takesMixtures = false,
    fitsAlone = false,
    detailsFits = false,
  } = record;
  const configure = (values: Assignment, context: AxisContext): Configuration => {
    const recipe = record.recipe(Object.fromEntries(values) as Chosen<Choices>, context);
    const reads = record.reads?.(recipe);
    const seek = record.seek?.(recipe);
    return {
      values,
      predicts: record.predicts?.(recipe) ?? (isLoss(record.metric(recipe)) ? "loss" : "score"),
      needs: record.needs(recipe),
      ...(reads && { reads }),
      predicates: record.predicates?.(recipe) ?? [],
      ...(record.laws && { laws: record.laws(recipe) }),
      ...(seek && { seek }),
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
    crossAxes(name, choices, given, context, where).map((values) => configure(values, context));
  const axes = axesOf(choices);
  return { name, description, stages, axes, takesMixtures, fitsAlone, detailsFits, configurations: cross };
}
