import { UserError } from "../errors.ts";
import type { Form } from "../forms/form.ts";
import type { ValueSet } from "./axis-values.ts";

/** A value of a design choice, as it stands in sweep files and in the columns of the result tables. */
export type AxisValue = string | number | boolean;

/** What reading a value may need: the built-in forms and those of the sweep file. */
export interface AxisContext {
  /** @throws UserError for an unknown name */
  form(name: string): Form;
}

/** A design choice: one thing that a method lets the user vary. One record, in one file. */
export interface AxisRecord<Recipe, Value extends AxisValue> {
  /** Name in sweep files and column in result tables, in snake case. */
  name: string;
  /** What it does, in a sentence. */
  description: string;
  values: ValueSet<Value>;
  default: Value;
  /** Writes the choice into the recipe. Axes are applied in the order of the method's list. */
  apply(recipe: Recipe, value: Value, context: AxisContext): void;
}

/** One value of one axis, read and ready to be written into a recipe. */
export interface Choice<Recipe> {
  axis: string;
  value: AxisValue;
  apply(recipe: Recipe): void;
}

/** What is said of an axis to those who do not run its method. */
export interface AxisInfo extends Pick<ValueSet<AxisValue>, "words" | "takesForms"> {
  name: string;
  description: string;
  /** Type of its column in result tables. */
  type: ValueSet<AxisValue>["type"];
  /** Values that are allowed, in words. */
  allowed: string;
  default: AxisValue;
}

/** An axis of a method, its value type hidden. */
export interface Axis<Recipe> extends AxisInfo {
  /**
   * Reads a value that a user gave.
   *
   * @param where file and key, for messages
   * @throws UserError for a value that is not allowed
   */
  choose(given: unknown, context: AxisContext, where: string): Choice<Recipe>;
}

/** Makes an axis from its record. */
export function defineAxis<Recipe, Value extends AxisValue>(record: AxisRecord<Recipe, Value>): Axis<Recipe> {
  const { name, description, values } = record;
  return {
    name,
    description,
    type: values.type,
    allowed: values.allowed,
    words: values.words,
    takesForms: values.takesForms,
    default: record.default,
    choose(given, context, where) {
      const read = prefixed(where, () => values.read(given, context));
      if (!("value" in read)) {
        throw new UserError(`${where}: ${read.problem}; allowed: ${values.allowed}${read.hint ?? ""}`);
      }
      return { axis: name, value: read.value, apply: (recipe) => record.apply(recipe, read.value, context) };
    },
  };
}

/** What the function gives; a UserError from within is told where it was. */
function prefixed<Result>(where: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${where}: ${error.message}`) : error;
  }
}
