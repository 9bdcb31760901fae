import { notAmong, UserError } from "../errors.ts";
import type { Form } from "./form.ts";

/** Parameters of a form: by name, as in `{ E: 1.7, alpha: 0.34 }`, or as numbers in the form's order. */
export type ParameterValues = Readonly<Record<string, number>> | readonly number[] | Float64Array;

/** What tells the parameters and the variables of a form apart. */
type Names = Pick<Form, "name" | "parameterNames" | "variableNames">;

/**
 * Numbers that a form takes or gives in its order, by the names of its parameters: of a solution, of one row of replicates, of standard errors.
 *
 * @param form whose parameters they are
 * @param values one a parameter, in the form's order
 * @throws UserError where there are more or fewer than the form has parameters
 */
export function parametersByName(form: Names, values: ArrayLike<number>): Record<string, number> {
  demandCount(form, values);
  return Object.fromEntries(form.parameterNames.map((name, p) => [name, values[p]!]));
}

/**
 * Parameters in the form's order. An array of float64 is given back as it is.
 *
 * @param form whose parameters they are
 * @param given by name, or in the form's order already
 * @throws UserError naming one that the form does not have or that is not given, and where there are more or fewer than it has
 */
export function parametersInOrder(form: Names, given: ParameterValues): Float64Array {
  if (isArray(given)) {
    demandCount(form, given);
    return given instanceof Float64Array ? given : Float64Array.from(given);
  }
  demandNames(form, "parameter", Object.keys(given));
  return Float64Array.from(form.parameterNames, (name) => {
    if (!Object.hasOwn(given, name)) throw new UserError(`form ${form.name}: parameter ${name} is not given`);
    return given[name]!;
  });
}

/**
 * The values of a form at some points.
 *
 * @param form that is evaluated
 * @param parameters by name, or in the form's order, such as the estimates of a solution
 * @param inputs each variable by its name, one number for all points or one a point, in the unit of the table that the form was fitted to
 * @returns one value a point, in the unit of the response; one point where every variable is one number
 * @throws UserError for a parameter or variable that the form does not have or that is not given, and for inputs of different lengths
 */
export function predict(
  form: Names & Pick<Form, "valueOfRows">,
  parameters: ParameterValues,
  inputs: Readonly<Record<string, number | ArrayLike<number>>>,
): Float64Array {
  const variables = variablesInOrder(form, inputs);
  const lengths = variables.flatMap((values) => (typeof values === "number" ? [] : [values.length]));
  const points = lengths[0] ?? 1;
  const other = lengths.find((length) => length !== points);
  if (other !== undefined)
    throw new UserError(
      `form ${form.name}: variables of ${points} and of ${other} points; allowed: one length`,
    );
  const values = new Float64Array(points);
  form.valueOfRows(parametersInOrder(form, parameters), variables, values);
  return values;
}

/** Variables in the form's order. @throws UserError naming one that the form does not have or that is not given */
export function variablesInOrder(
  form: Names,
  inputs: Readonly<Record<string, number | ArrayLike<number>>>,
): (number | Float64Array)[] {
  demandNames(form, "variable", Object.keys(inputs));
  return form.variableNames.map((name) => {
    const values = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    if (values === undefined) throw new UserError(`form ${form.name}: variable ${name} is not given`);
    if (typeof values === "number") return values;
    return values instanceof Float64Array ? values : Float64Array.from(values);
  });
}

/** Demands that a form has parameters, or variables, of some names. */
export function demandNames(form: Names, kind: "parameter" | "variable", given: readonly string[]): void {
  const names = kind === "parameter" ? form.parameterNames : form.variableNames;
  const unknown = given.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UserError(`form ${form.name}: unknown ${kind} ${notAmong(unknown, names)}`);
}

function demandCount({ name, parameterNames }: Names, values: ArrayLike<number>): void {
  if (values.length === parameterNames.length) return;
  throw new UserError(
    `form ${name}: ${values.length} values for ${parameterNames.length} parameters (${parameterNames.join(", ")})`,
  );
}

/** A parameter may be called length. */
const isArray = (given: ParameterValues): given is readonly number[] | Float64Array =>
  Array.isArray(given) || ArrayBuffer.isView(given);
