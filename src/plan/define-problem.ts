import { UserError } from "../errors.ts";
import { demandNames, parametersInOrder, variablesInOrder } from "../forms/by-name.ts";
import type { Form, StartRange } from "../forms/form.ts";
import { getForm } from "../forms/registry.ts";
import type { Problem } from "../solve/problem.ts";
import { problemKey } from "./shared-problems.ts";

/** Numbers of some parameters by their names. */
type ByName<Value> = Readonly<Record<string, Value>>;

/** A regression by names: what `defineProblem` makes a `Problem` of. All numbers are in the units of the table. */
export interface ProblemRecord
  extends Partial<
    Pick<Problem, "loss" | "residual" | "priors" | "noise" | "unshownNoise" | "training" | "key" | "startKey">
  > {
  /** A form, or the name of one that is built in. */
  form: Form | string;
  /** Each variable of the form by its name, length n points. */
  variables: ByName<ArrayLike<number>>;
  /** Measured values, length n points. */
  response: ArrayLike<number>;
  /** Weight of each point's loss, length n points. @default all 1 */
  weights?: ArrayLike<number>;
  /** Standard deviation of each residual, length n points. @default all 1 */
  sigma?: ArrayLike<number>;
  /** Lower bounds of some parameters; with an equal upper one a parameter is fixed. @default the form's */
  lower?: ByName<number>;
  /** Upper bounds of some parameters. @default the form's */
  upper?: ByName<number>;
  /** Intervals of the random starts of some parameters; the others have the form's `default`. @default the form's, in units of the data */
  startRange?: ByName<StartRange>;
  /** Initial vectors, each of all parameters, tried before the random ones. */
  givenStarts?: readonly ByName<number>[];
}

/**
 * Makes a regression of points from arrays by the names of variables and parameters. Its loss is squared and its residuals are plain where nothing else is
 * said; its key, with which random starts are drawn, is a hash of its content, so that the same points have the same starts as in a sweep.
 *
 * @throws UserError for a form, variable or parameter that there is not, a variable that is not given or is not as long as the response, and
 * a start that lacks a parameter. What else a problem may lack (points, finite numbers) is a reason in the result of `solveProblems`.
 */
export function defineProblem(record: ProblemRecord): Problem {
  const {
    form: given,
    variables,
    response,
    weights,
    sigma,
    lower,
    upper,
    startRange,
    givenStarts,
    key,
    ...rest
  } = record;
  const form = typeof given === "string" ? getForm(given) : given;
  const bounds = (some: ByName<number>, all: Float64Array): Float64Array =>
    Float64Array.from(inPlaces(form, some, [...all]));
  const problem = {
    loss: { kind: "squared" } as const,
    residual: "plain" as const,
    ...rest,
    form,
    variables: variablesInOrder(form, variables).map((values, v) => {
      if (typeof values !== "number" && values.length === response.length) return values;
      const count = typeof values === "number" ? "one value" : `${values.length} values`;
      throw new UserError(
        `form ${form.name}: variable ${form.variableNames[v]} has ${count} for ${response.length} points`,
      );
    }),
    response: Float64Array.from(response),
    ...(weights && { weights: Float64Array.from(weights) }),
    ...(sigma && { sigma: Float64Array.from(sigma) }),
    ...(lower && { lower: bounds(lower, form.lower) }),
    ...(upper && { upper: bounds(upper, form.upper) }),
    ...(startRange && { startRange: inPlaces(form, startRange, defaultStarts(form)) }),
    ...(givenStarts && { givenStarts: givenStarts.map((start) => parametersInOrder(form, start)) }),
  };
  return { ...problem, key: key ?? problemKey(problem) };
}

const defaultStarts = ({ parameterNames, record }: Form): StartRange[] =>
  parameterNames.map((name) => record.startRanges.default![name]!);

/** Values of all parameters in the form's order, some of which are given by name. */
function inPlaces<Value>(form: Form, some: ByName<Value>, all: readonly Value[]): Value[] {
  demandNames(form, "parameter", Object.keys(some));
  return form.parameterNames.map((name, p) => (Object.hasOwn(some, name) ? some[name]! : all[p]!));
}
