import { notAmong, UserError } from "../errors.ts";
import {
  type BestSizeOptions,
  bestUse,
  hasComputeOptimal,
  type SizeLaw,
  sizeLawOf,
} from "../forms/compute-optimal.ts";
import { compileExpression, functionNames } from "../forms/expression.ts";
import type { Form } from "../forms/form.ts";
import { inferenceOptimal } from "../forms/optimum.ts";
import { parseForm } from "../forms/parse.ts";
import { quantityOf } from "../forms/quantity.ts";
import { furtherInputs } from "../forms/size-inputs.ts";

/** A number that follows from the parameters of a fitted form. */
export interface Quantity {
  name: string;
  expression: string;
  /** Whether it is above 0 by its nature: its errors are then those of its logarithm. */
  isPositive: boolean;
  /** Why the fit of a form in a stage has no such quantity; undefined where it has. */
  missingIn(form: Form, stage?: string): string | undefined;
  /**
   * Its value at parameters in the form's order; NaN where there is none. Only for forms that have it.
   *
   * @param near sizes by `bestsAt` of parameters that differ little, from which searches start. @default all sizes are looked at
   */
  valueAt(form: Form, parameters: Float64Array, near?: readonly (number | undefined)[]): number;
  /** The best model of each budget or use that it calls for; undefined where there is none. */
  bestsAt(form: Form, parameters: Float64Array): (Found | undefined)[];
  /** The law of each budget or use that it calls for, its further inputs held. */
  lawsOf(form: Form): SizeLaw[];
}

/** What a search for the best model of a law of N and D found. */
type Found = Partial<Record<"n" | "d" | "loss" | "exponent" | "c", number>>;

/** A number of the best model by a law of N and D, from numbers that are given in parentheses. */
interface Solution {
  arguments: number;
  read: keyof Found;
  find(
    form: Form,
    parameters: Float64Array,
    numbers: readonly number[],
    options: BestSizeOptions,
  ): Found | undefined;
}

const ofBudget = (read: keyof Found): Solution => ({
  ...{ arguments: 1, read },
  find(form, parameters, [c], options) {
    const best = bestUse(form, parameters, c!, options);
    return "reason" in best ? undefined : best;
  },
});

const ofUse = (read: keyof Found): Solution => ({
  ...{ arguments: 2, read },
  find(form, parameters, [loss, tokens], { near, held }) {
    const law = sizeLawOf(form, held)!;
    return inferenceOptimal((n, d) => law.lossAt(parameters, n, d), loss!, tokens!, near);
  },
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
  /** Further inputs of the law, such as `experts=8`. */
  held: Readonly<Record<string, number>>;
}

/** A parameter that an expression names, alone or after its stage: `alpha`, `step1.alpha`. */
interface Named {
  /** The name that stands for it. */
  symbol: string;
  stage: string | undefined;
  name: string;
}

/** Replaces the calls of an expression by names. @throws UserError for a call without the numbers that it takes */
function replaceCalls(expression: string, where: string): { text: string; called: Called[] } {
  const called: Called[] = [];
  const text = expression.replace(call, (whole, name: string, inside: string) => {
    const solution = solutions[name]!;
    const words = inside.split(",").map((word) => word.trim());
    const isNamed = (word: string): boolean => /^[A-Za-z_]\w*\s*=/.test(word);
    const numberOf = (word: string): number => (word === "" ? Number.NaN : Number(word));
    const numbers = words.filter((word) => !isNamed(word)).map(numberOf);
    const pairs = words.filter(isNamed).map((word) => word.split("=").map((part) => part.trim()));
    const held = Object.fromEntries(pairs.map(([name, value]) => [name!, numberOf(value!)]));
    if (
      numbers.length !== solution.arguments ||
      !numbers.every((number) => number >= 0 && number < Infinity) ||
      !Object.values(held).every(Number.isFinite)
    ) {
      const takes = solution.arguments === 1 ? "a number" : "a loss and a number of tokens";
      const example = solution.arguments === 1 ? "1e21" : "2.5, 1e12";
      throw new UserError(
        `${where}: ${whole} is not allowed; ${name} takes ${takes}, as in ${name}(${example}), and further inputs of the law by name, as in ` +
          `${name}(${example}, experts=8)`,
      );
    }
    const keys = pairs.map(([name]) => name!);
    const twice = keys.find((key, k) => keys.indexOf(key) !== k);
    if (twice !== undefined)
      throw new UserError(`${where}: ${whole}: ${twice} is given twice; allowed: one value of it`);
    const symbol = `solution_${called.length + 1}`;
    called.push({ symbol, solution, numbers, held });
    return symbol;
  });
  return { text, called };
}

/** Replaces the parameters of an expression, some of them after their stage, by names. */
function replaceNames(expression: string, but: ReadonlySet<string>): { text: string; named: Named[] } {
  const named = new Map<string, Named>();
  const text = expression.replace(
    /(?<![\w.])(?:([A-Za-z]\w*)\.)?([A-Za-z_]\w*)/g,
    (whole, stage: string | undefined, name: string) => {
      if (stage === undefined && (but.has(name) || functionNames.includes(name) || name === "pi"))
        return whole;
      // As they are given where they can be, for messages.
      const symbol = stage === undefined ? name : `parameter_${named.size + 1}`;
      const known = named.get(whole) ?? { symbol, stage, name };
      named.set(whole, known);
      return known.symbol;
    },
  );
  return { text, named: [...named.values()] };
}

/** The value of what a name stands for: a parameter, or what a parameter is the logarithm of, as tables of method `fit` have it. */
function readerOf(
  name: string,
  { parameterNames, record }: Form,
): ((values: Float64Array) => number) | undefined {
  const place = parameterNames.indexOf(name);
  if (place >= 0) return (values) => values[place]!;
  const logarithm = parameterNames.findIndex((own) => quantityOf(own, record.parameters[own]!) === name);
  return logarithm < 0 ? undefined : (values) => Math.exp(values[logarithm]!);
}

/**
 * Reads a quantity: an expression of the parameters of a form in its notation, such as `beta/(alpha + beta)`, which may call
 * `N_opt(1e21)` and the others of `solutions` with numbers, and further inputs of the law by name. `step1.alpha` is the parameter of that stage alone; A is exp(a) where a is the
 * logarithm of A.
 *
 * @param where file and key, for messages
 * @throws UserError for a call without the numbers that it takes
 */
export function readQuantity(name: string, expression: string, where: string): Quantity {
  const key = `${where}.${name}`;
  const { text: withoutCalls, called } = replaceCalls(expression, key);
  const symbols = called.map(({ symbol }) => symbol);
  const { text, named } = replaceNames(withoutCalls, new Set(symbols));
  if (named.length + symbols.length === 0)
    throw new UserError(
      `${key}: ${expression} has no parameter of a form; allowed: an expression such as beta/(alpha + beta)`,
    );
  const evaluate = compile(text, [...named.map(({ symbol }) => symbol), ...symbols], expression, key);
  return {
    name,
    expression,
    isPositive: called.length === 1 && /^\s*solution_1\s*$/.test(text),
    missingIn(form, stage) {
      const other = named.find((one) => one.stage !== undefined && one.stage !== stage);
      if (other !== undefined) return `no stage ${JSON.stringify(other.stage)} has a fit`;
      const unknown = named.find((one) => readerOf(one.name, form) === undefined);
      if (unknown !== undefined) return `unknown parameter ${notAmong(unknown.name, form.parameterNames)}`;
      return called.map((one) => callMissingIn(form, one)).find((reason) => reason !== undefined);
    },
    valueAt(form, values, near = []) {
      const numbers = [
        ...named.map((one) => readerOf(one.name, form)!(values)),
        ...called.map(
          ({ solution, numbers, held }, k) =>
            solution.find(form, values, numbers, { near: near[k], held })?.[solution.read] ?? Number.NaN,
        ),
      ];
      return numbers.every(Number.isFinite) ? evaluate(numbers) : Number.NaN;
    },
    bestsAt: (form, values) =>
      called.map(({ solution, numbers, held }) => solution.find(form, values, numbers, { held })),
    lawsOf: (form) => called.map(({ held }) => sizeLawOf(form, held)!),
  };
}

/** Why a form cannot be called so. */
function callMissingIn(form: Form, { held }: Called): string | undefined {
  if (!hasComputeOptimal(form)) return `form ${form.name} is no loss by N and D`;
  const further = furtherInputs(form)!;
  const missing = further.find((name) => !Object.hasOwn(held, name));
  const unknown = Object.keys(held).find((name) => !further.includes(name));
  const reasons = [
    ...(missing === undefined ? [] : [`takes ${missing} too: N_opt(1e21, ${missing}=VALUE)`]),
    ...(unknown === undefined
      ? []
      : [`has no further input ${further.length === 0 ? unknown : notAmong(unknown, further)}`]),
  ];
  return reasons.length === 0 ? undefined : `form ${form.name} ${reasons.join(", and ")}`;
}

/** The value of an expression from the values of its names. @param given as the user wrote it, for messages */
function compile(
  text: string,
  names: readonly string[],
  given: string,
  where: string,
): (values: number[]) => number {
  try {
    const context = { form: "derived", parameterNames: names, variableNames: [] };
    const value = compileExpression(parseForm(`derived_value = ${text}`, context).expression);
    return (values) => value(values, []);
  } catch (error) {
    if (error instanceof UserError)
      throw new UserError(`${where}: ${given}: ${error.message.replace('form "derived": ', "")}`);
    throw error;
  }
}
