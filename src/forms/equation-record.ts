import { shortened, UserError } from "../errors.ts";
import { reservedNames } from "./check-record.ts";
import type { FormRecord } from "./form.ts";
import { ownUnits } from "./own-units.ts";
import { parseForm } from "./parse.ts";

/** Name of the forms of equations, whose title is the equation. */
const NAME = "law";

/** The names on the right side that are no functions. */
export function namesIn(text: string): string[] {
  const right = text.slice(text.indexOf("=") + 1);
  return Array.from(right.matchAll(/(?<![\w.])[A-Za-z_]\w*/g), ([name]) => name).filter(
    (name) => !reservedNames.has(name),
  );
}

/** Parses an equation whose names have been told apart. @throws UserError where it is not in the notation of forms */
export function parseEquation(
  text: string,
  parameterNames: readonly string[],
  variableNames: readonly string[],
) {
  try {
    return parseForm(text, { form: NAME, parameterNames, variableNames });
  } catch (error) {
    throw error instanceof UserError ? new UserError(error.message.replace(`form "${NAME}": `, "")) : error;
  }
}

/**
 * The record of a form that is given as an equation alone, with bounds and starts that follow from its structure and the units of the data.
 *
 * @param names on the right side, in order: those that are no variables are parameters
 * @throws UserError where no name is a parameter, and where the equation is not in the notation of forms
 */
export function equationRecord(
  text: string,
  variableNames: readonly string[],
  names: readonly string[],
): FormRecord {
  const parameterNames = names.filter((name) => !variableNames.includes(name));
  if (parameterNames.length === 0)
    throw new UserError(
      `law ${JSON.stringify(shortened(text))}: every name is a column; nothing is left to fit`,
    );
  const { output, expression } = parseEquation(text, parameterNames, variableNames);
  const { units, scales } = ownUnits(output, expression, {
    parameters: parameterNames,
    variables: variableNames,
  });
  return {
    ...{ name: NAME, title: text, expression: text },
    parameters: Object.fromEntries(
      parameterNames.map((name) => [name, scales.has(name) ? { isScale: true } : {}]),
    ),
    variables: Object.fromEntries(variableNames.map((name) => [name, "a column of the table"])),
    startRanges: { default: units.start },
    units,
    description: "A law that the sweep gives.",
    source: "the sweep",
  };
}
