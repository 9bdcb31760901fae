import { describeValue, didYouMean, shortened, UserError } from "../errors.ts";
import { reservedNames } from "../forms/check-record.ts";
import { defineForm } from "../forms/define-form.ts";
import { equationRecord, namesIn, parseEquation } from "../forms/equation-record.ts";
import type { Form } from "../forms/form.ts";
import type { AxisContext, ValueSet } from "./axis.ts";

/** An input that a law may take. */
export interface LawInput {
  name: string;
  /** What it is, as the form says. */
  what: string;
  /** Whether the name is that of a parameter where the table has no such column. */
  mayBeParameter: boolean;
}

/** A law as a user gives it: the name of a form, or an expression over columns of the table. */
export interface Law {
  text: string;
  /** The left side of an expression: the name of what it is of. */
  output: string | undefined;
  /** What it may take, in the order in which it names them. */
  inputs: readonly LawInput[];
  /**
   * The form of the law where the names of inputs are those given.
   *
   * @param response name of what it is of, where an expression has no left side. @default y
   * @throws UserError where it has no input or no parameter then
   */
  formOf(inputs: ReadonlySet<string>, response?: string): Form;
}

/**
 * Laws as the values of an axis.
 *
 * @param example an expression, as a user writes it
 * @param words values with a meaning of their own
 */
export function lawText(example: string, ...words: readonly string[]): ValueSet<string> {
  return {
    type: "string",
    allowed: [...words, `the name of a form, or an expression over columns such as ${example}`].join(", "),
    words,
    takesForms: true,
    read(given, context) {
      if (typeof given !== "string" || given.trim() === "") return { problem: describeValue(given) };
      if (!words.includes(given)) readLaw(given, context);
      return { value: given };
    },
  };
}

/** Name of what an expression without a left side is of. */
const RESPONSE = "y";

/** Whether a text is an expression; else it is the name of a form, which may have hyphens. */
const isExpression = (text: string): boolean => /[=+*/^() ]/.test(text);

/**
 * Reads a law.
 *
 * @throws UserError for an unknown form, and for an expression that is not in the notation of forms
 */
export function readLaw(text: string, context: AxisContext): Law {
  if (isExpression(text)) return readExpression(text, text.includes("=") ? text : `${RESPONSE} = ${text}`);
  const form = context.form(text);
  const inputs = form.variableNames.map((name) => {
    return { name, what: form.record.variables[name]!, mayBeParameter: false };
  });
  return { text, output: undefined, inputs, formOf: () => form };
}

/** @param equation the text with a left side */
function readExpression(text: string, equation: string): Law {
  const names = [...new Set(namesIn(equation))];
  // With all names as parameters it is checked before the table is read.
  const { output } = parseEquation(equation, names, []);
  const made = new Map<string, Form>();
  return {
    text,
    output: equation === text ? output : undefined,
    inputs: names.map((name) => ({ name, what: "", mayBeParameter: true })),
    formOf(inputs, response) {
      const variables = names.filter((name) => inputs.has(name));
      const isNamed = response !== undefined && equation !== text && canStand(response, names);
      const whole = isNamed ? `${response} = ${text}` : equation;
      const key = `${whole} ${variables.join(" ")}`;
      const form = made.get(key) ?? defineForm(equationRecord(whole, variables, names));
      made.set(key, form);
      return form;
    },
  };
}

/** Whether a name can stand on the left side of an expression of some names. */
const canStand = (name: string, names: readonly string[]): boolean =>
  /^[A-Za-z]\w*$/.test(name) && !reservedNames.has(name) && !names.includes(name);

/**
 * Demands that an expression names an input, and that no parameter is a column's name with a slip of the pen.
 *
 * @param columns names of the table
 * @throws UserError with the nearest column
 */
export function demandInputs(
  { text, inputs }: Law,
  known: ReadonlySet<string>,
  columns: readonly string[],
  where: string,
): void {
  const place = `${where}: law ${JSON.stringify(shortened(text))}`;
  for (const { name, mayBeParameter } of inputs) {
    if (!mayBeParameter || known.has(name) || name.length < LONG_NAME) continue;
    const hint = didYouMean(name, columns);
    if (hint === "") continue;
    throw new UserError(
      `${place}: no column ${JSON.stringify(name)}${hint} A parameter needs a name that is unlike any column's`,
    );
  }
  if (inputs.some(({ name }) => known.has(name))) return;
  throw new UserError(
    `${place}: none of ${inputs.map(({ name }) => name).join(", ")} is a column; the columns are ${columns.join(", ")}`,
  );
}

/** From so many letters on, a name that is nearly a column's is taken for a mistake. */
const LONG_NAME = 4;
