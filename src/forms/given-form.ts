import { notAmong, shortened, UserError } from "../errors.ts";
import { type DefinedForm, defineForm } from "./define-form.ts";
import { equationRecord, namesIn } from "./equation-record.ts";
import type { FormRecord } from "./form.ts";
import { type NamedUserForm, readUserForm } from "./user-form.ts";

/**
 * Makes a form: checks it, parses and differentiates its expression (docs/forms.md has the notation).
 *
 * @param form a record, or a form as it stands under `forms:` of a sweep file, with its name
 * @throws UserError that names the form, the place and what is allowed
 */
export function defineGivenForm(form: FormRecord | NamedUserForm): DefinedForm;
/**
 * Makes a form of an equation alone. Its parameters have no bounds, and starts that follow from the equation and the data, as those of
 * `lawfit fit --law` do.
 *
 * @param equation such as `loss = E + A/N^alpha`
 * @param variables the names in it that are variables; all others are parameters, in the order of the equation
 * @throws UserError for an equation that is not in the notation, and for a variable that is not in it
 */
export function defineGivenForm(equation: string, variables: readonly string[]): DefinedForm;
export function defineGivenForm(
  given: FormRecord | NamedUserForm | string,
  variables: readonly string[] = [],
): DefinedForm {
  if (typeof given === "string") return defineForm(recordOf(given, variables));
  return defineForm("startRanges" in given ? given : readUserForm(given));
}

function recordOf(equation: string, variables: readonly string[]): FormRecord {
  const names = [...new Set(namesIn(equation))];
  const where = `form ${JSON.stringify(shortened(equation))}`;
  if (!equation.includes("="))
    throw new UserError(`${where}: no left side; allowed: an equation such as L = E + A/N^alpha`);
  const missing = variables.find((name) => !names.includes(name));
  if (missing !== undefined) throw new UserError(`${where}: unknown variable ${notAmong(missing, names)}`);
  if (variables.length === 0)
    throw new UserError(`${where}: no variables are given; allowed: some of ${names.join(", ")}`);
  const record = equationRecord(equation, variables, names);
  return { ...record, description: "A law that the program gives.", source: "the program" };
}
