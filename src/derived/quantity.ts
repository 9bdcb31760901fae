import { notAmong, UserError } from "../errors.ts";
import { computeOptimal, hasComputeOptimal } from "../forms/compute-optimal.ts";
import { compileExpression, functionNames } from "../forms/expression.ts";
import type { Form } from "../forms/form.ts";
import { inferenceOptimal } from "../forms/optimum.ts";
import { parseForm } from "../forms/parse.ts";

/** A number that follows from the parameters of a fitted form. */
export interface Quantity {
  name: string;
  expression: string;
  /** Whether it is above 0 by its nature: its errors are then those of its logarithm. */
  isPositive: boolean;
  /** Why a form has no such quantity; undefined where it has. */
  missingIn(form: Form): string | undefined;
  /** Its value at parameters in the form's order; NaN where there is none. Only for forms that have it. */
  valueAt(form: Form, parameters: Float64Array): number;
}

/** A number of the best use of compute by a law of N and D, from numbers that are given in parentheses. */
interface Solution {
  arguments: number;
  at(form: Form, parameters: Float64Array, numbers: readonly number[]): number;
}

const ofBudget = (read: "n" | "d" | "loss" | "exponent"): Solution => ({
  arguments: 1,
  at: (form, parameters, [c]) => computeOptimal(form, parameters, c!)[read],
});

const ofUse = (read: "n" | "d" | "c"): Solution => ({
  arguments: 2,
  at: (form, parameters, [loss, tokens]) =>
    inferenceOptimal((n, d) => form.value(parameters, [n, d]), loss!, tokens!)?.[read] ?? Number.NaN,
});

/** What an expression may call, beside the functions of forms. */
export const solutions: Readonly<Record<string, Solution>> = {
  N_opt: ofBudget("n"),
  D_opt: ofBudget("d"),
  L_opt: ofBudget("loss"),
  exponent_opt: ofBudget("exponent"),
  N_inference: ofUse("n"),
  D_inference: ofUse("d"),
  C_inference: ofUse("c"),
};

const call = new RegExp(`\\b(${Object.keys(solutions).join("|")})\\s*\\(([^()]*)\\)`, "g");

/** A call in an expression, and the name that stands for its value. */
interface Called {
  symbol: string;
  solution: Solution;
  numbers: number[];
}

/**
 * Reads a quantity: an expression of the parameters of a form in its notation, such as `beta/(alpha + beta)`, which may call
 * `N_opt(1e21)` and the others of `solutions` with numbers.
 *
 * @param where file and key, for messages
 * @throws UserError for a call without the numbers that it takes
 */
export function readQuantity(name: string, expression: string, where: string): Quantity {
  const called: Called[] = [];
  const text = expression.replace(call, (whole, called_: string, inside: string) => {
    const solution = solutions[called_]!;
    const numbers = inside.split(",").map((word) => (word.trim() === "" ? Number.NaN : Number(word)));
    if (
      numbers.length !== solution.arguments ||
      !numbers.every((number) => number >= 0 && number < Infinity)
    ) {
      const takes = solution.arguments === 1 ? "a number" : "a loss and a number of tokens";
      throw new UserError(
        `${where}.${name}: ${whole} is not allowed; ${called_} takes ${takes}, as in ${called_}(${solution.arguments === 1 ? "1e21" : "2.5, 1e12"})`,
      );
    }
    const symbol = `solution_${called.length + 1}`;
    called.push({ symbol, solution, numbers });
    return symbol;
  });
  const symbols = new Set(called.map(({ symbol }) => symbol));
  const words = new Set(Array.from(text.matchAll(/(?<![\w.])[A-Za-z_]\w*/g), ([word]) => word));
  const parameters = [...words].filter(
    (word) => !symbols.has(word) && !functionNames.includes(word) && word !== "pi",
  );
  if (parameters.length + symbols.size === 0)
    throw new UserError(
      `${where}.${name}: ${expression} has no parameter of a form; allowed: an expression such as beta/(alpha + beta)`,
    );
  const evaluate = compile(text, [...parameters, ...symbols], `${where}.${name}`);
  return {
    name,
    expression,
    isPositive: called.length === 1 && /^\s*solution_1\s*$/.test(text),
    missingIn(form) {
      const unknown = parameters.find((word) => !form.parameterNames.includes(word));
      if (unknown !== undefined) return `unknown parameter ${notAmong(unknown, form.parameterNames)}`;
      if (called.length > 0 && !hasComputeOptimal(form)) return `form ${form.name} is no loss by N and D`;
      return undefined;
    },
    valueAt(form, values) {
      try {
        const numbers = [
          ...parameters.map((word) => values[form.parameterNames.indexOf(word)]!),
          ...called.map(({ solution, numbers }) => solution.at(form, values, numbers)),
        ];
        return numbers.every(Number.isFinite) ? evaluate(numbers) : Number.NaN;
      } catch (error) {
        // No best size at these parameters.
        if (error instanceof UserError) return Number.NaN;
        throw error;
      }
    },
  };
}

/** The value of an expression from the values of its names. */
function compile(text: string, names: readonly string[], where: string): (values: number[]) => number {
  try {
    const context = { form: "derived", parameterNames: names, variableNames: [] };
    const value = compileExpression(parseForm(`derived_value = ${text}`, context).expression);
    return (values) => value(values, []);
  } catch (error) {
    if (error instanceof UserError)
      throw new UserError(`${where}: ${error.message.replace('form "derived": ', "")}`);
    throw error;
  }
}
