import { notAmong, UserError } from "../errors.ts";
import { demandNames, parametersInOrder, variablesInOrder } from "../forms/by-name.ts";
import type { Form, StartRange } from "../forms/form.ts";
import { getForm } from "../forms/registry.ts";
import type { Loss, Problem, Residual } from "../solve/problem.ts";
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

const KEYS: readonly (keyof ProblemRecord)[] = [
  ...(["form", "variables", "response", "weights", "sigma", "loss", "residual", "lower", "upper"] as const),
  ...([
    "startRange",
    "givenStarts",
    "priors",
    "noise",
    "unshownNoise",
    "training",
    "key",
    "startKey",
  ] as const),
];
const LOSSES: readonly Loss["kind"][] = ["squared", "huber", "asymmetric-huber", "l1", "quantile"];
const RESIDUALS: readonly Residual[] = ["plain", "log", "relative"];

/**
 * Makes a regression of points from arrays by the names of variables and parameters. Its loss is squared and its residuals are plain where nothing else is
 * said; its key, with which random starts are drawn, is a hash of its content, so that the same points have the same starts as in a sweep.
 *
 * @throws UserError for a key, loss, residual, form, variable or parameter that there is not, an array that is not given, holds something else
 * than numbers or is not as long as the response, and a start that lacks a parameter. What else a problem may lack (points, finite numbers) is a reason in the result of `solveProblems`.
 */
export function defineProblem(record: ProblemRecord): Problem {
  for (const name of Object.keys(record)) demandOneOf("key", name, KEYS);
  if (record.residual !== undefined) demandOneOf("residual", record.residual, RESIDUALS);
  if (record.loss !== undefined) demandOneOf("loss.kind", record.loss?.kind, LOSSES);
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
      const name = form.variableNames[v]!;
      return numbersOf(form, `variable ${name}`, variables[name] ?? values, response.length);
    }),
    response: numbersOf(form, "response", response, response.length),
    ...(weights && { weights: numbersOf(form, "weights", weights, response.length) }),
    ...(sigma && { sigma: numbersOf(form, "sigma", sigma, response.length) }),
    ...(lower && { lower: bounds(lower, form.lower) }),
    ...(upper && { upper: bounds(upper, form.upper) }),
    ...(startRange && { startRange: inPlaces(form, startRange, defaultStarts(form)) }),
    ...(givenStarts && { givenStarts: givenStarts.map((start) => parametersInOrder(form, start)) }),
  };
  return { ...problem, key: key ?? problemKey(problem) };
}

function demandOneOf(what: string, given: unknown, allowed: readonly string[]): void {
  if (allowed.includes(given as string)) return;
  throw new UserError(`problem: ${what}: ${notAmong(String(given), allowed)}`);
}

const named = (value: unknown): string =>
  value === null || value === undefined ? String(value) : `the ${typeof value} ${String(value)}`;

/** Values as numbers, one a point. What is no number, such as null, would count as 0. */
function numbersOf(
  form: Form,
  what: string,
  values: ArrayLike<number> | number,
  points: number,
): Float64Array {
  if (typeof values === "number" || values.length !== points) {
    const count = typeof values === "number" ? "one value" : `${values.length} values`;
    throw new UserError(`form ${form.name}: ${what} has ${count} for ${points} points`);
  }
  for (let i = 0; i < points; i++) {
    if (typeof values[i] !== "number")
      throw new UserError(
        `form ${form.name}: ${what} at point ${i + 1} is ${named(values[i])}; allowed: a number`,
      );
  }
  return Float64Array.from(values);
}

const defaultStarts = ({ parameterNames, record }: Form): StartRange[] =>
  parameterNames.map((name) => record.startRanges.default![name]!);

/** Values of all parameters in the form's order, some of which are given by name. */
function inPlaces<Value>(form: Form, some: ByName<Value>, all: readonly Value[]): Value[] {
  demandNames(form, "parameter", Object.keys(some));
  return form.parameterNames.map((name, p) => (Object.hasOwn(some, name) ? some[name]! : all[p]!));
}
