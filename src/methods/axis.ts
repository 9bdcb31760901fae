import type { Form } from "../forms/form.ts";

/** A value of a design choice, as sweep files and the columns of result tables have it. */
export type AxisValue = string | number | boolean;

/** What reading a value may need: the built-in forms and those of the sweep file. */
export interface AxisContext {
  /** @throws UserError for an unknown name */
  form(name: string): Form;
}

/** The result of reading: the value, or what is wrong with it and perhaps what was meant. */
export type Read<Value> = { value: Value } | { problem: string; hint?: string };

/** The values that an axis allows. */
export interface ValueSet<Value extends AxisValue> {
  /** Type of the axis's column in result tables. */
  type: "int64" | "float64" | "boolean" | "string";
  /** The allowed values in words. */
  allowed: string;
  /** Values with a meaning of their own, which no form of the user's may have for a name. @default none */
  words?: readonly string[] | undefined;
  /** Whether it takes names of forms, those of the sweep file too. @default false */
  takesForms?: boolean | undefined;
  /** @throws UserError where the context knows better what is wrong */
  read(given: unknown, context: AxisContext): Read<Value>;
}

/** A design choice: one thing that a method lets the user vary. */
export interface DesignChoice<Value extends AxisValue = AxisValue> {
  values: ValueSet<Value>;
  default: Value;
  /** What it does, in a sentence. */
  description: string;
  /** Whether result tables have its column only where a configuration has another value than the default. @default false */
  isRare?: boolean;
}

/**
 * The design choices of a method by name, which is the key in sweep files and the column in result tables, in snake case. Their
 * order is that of the columns, and the last one varies fastest where lists of values are crossed.
 */
export type DesignChoices = Readonly<Record<string, DesignChoice>>;

/** One value for each of a method's design choices. */
export type Chosen<Choices extends DesignChoices> = {
  readonly [Name in keyof Choices]: Choices[Name]["values"] extends ValueSet<infer Value> ? Value : never;
};

/** Makes a design choice whose default is checked to be one of its values. */
export function choice<Value extends AxisValue>(
  values: ValueSet<Value>,
  defaultValue: NoInfer<Value>,
  description: string,
): DesignChoice<Value> {
  return { values, default: defaultValue, description };
}

/** A design choice that few sweeps use: tables of those that do not use it have no column of it. */
export function rare<Value extends AxisValue>(design: DesignChoice<Value>): DesignChoice<Value> {
  return { ...design, isRare: true };
}

/** The description of a design choice for programs that do not execute its method. */
export interface AxisInfo extends Pick<ValueSet<AxisValue>, "words" | "takesForms"> {
  name: string;
  description: string;
  /** Type of its column in result tables. */
  type: ValueSet<AxisValue>["type"];
  /** Values that are allowed, in words. */
  allowed: string;
  default: AxisValue;
  /** As `DesignChoice` has it. */
  isRare?: boolean;
}

/** The axes of a method, in the order of its design choices. */
export function axesOf(choices: DesignChoices): AxisInfo[] {
  return Object.entries(choices).map(([name, { values, default: defaultValue, description, isRare }]) => {
    const { type, allowed, words, takesForms } = values;
    return {
      name,
      description,
      type,
      allowed,
      words,
      takesForms,
      default: defaultValue,
      ...(isRare && { isRare }),
    };
  });
}
