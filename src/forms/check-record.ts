import { notAmong, UserError } from "../errors.ts";
import { functionNames } from "./expression.ts";
import type { FormRecord } from "./form.ts";

/** Words that the parser reserves, in addition to the names of functions. */
const operatorWords = ["and", "end", "in", "mod", "not", "or", "to", "xor"];
const constantWords = ["pi", "true", "false", "null", "undefined", "NaN", "Infinity"];

/** Names that a parameter, variable or output must not have. */
export const reservedNames: ReadonlySet<string> = new Set([
  ...functionNames,
  ...operatorWords,
  ...constantWords,
]);

/** Whether every JavaScript object has a property of that name: a look-up by it finds a value that nobody set. */
export function isInherited(name: string): boolean {
  return name in Object.prototype;
}

const formNamePattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const symbolPattern = /^[A-Za-z]\w*$/;

/**
 * Checks a form's record except its expression: names, bounds, start ranges.
 * @throws UserError that names the form, the field, the value and what is allowed.
 */
export function checkRecord(record: FormRecord): void {
  const fail = (problem: string): never => {
    throw new UserError(`form "${record.name}": ${problem}`);
  };
  if (!formNamePattern.test(record.name)) fail('the name must be in kebab case, as in "my-form"');
  if (isInherited(record.name)) fail(inheritedName("the name", record.name));
  const parameterNames = Object.keys(record.parameters);
  const variableNames = Object.keys(record.variables);
  if (parameterNames.length === 0) fail("it has no parameters; at least one is needed");
  for (const [kind, names] of [
    ["parameter", parameterNames],
    ["variable", variableNames],
  ] as const) {
    for (const name of names) checkSymbol(kind, name, fail);
  }
  const twice = parameterNames.find((name) => variableNames.includes(name));
  if (twice !== undefined) fail(`"${twice}" is both a parameter and a variable`);
  for (const [name, { lower = -Infinity, upper = Infinity }] of Object.entries(record.parameters)) {
    if (!(lower <= upper)) {
      fail(`bounds of parameter "${name}" are the wrong way round: lower ${lower}, upper ${upper}`);
    }
  }
  if (!record.startRanges.default) fail('start ranges have no "default"');
  for (const [rangeName, ranges] of Object.entries(record.startRanges)) {
    checkStartRanges(record, rangeName, ranges, fail);
  }
}

function inheritedName(what: string, name: string): string {
  return `${what} "${name}" is that of a property of every JavaScript object; choose another`;
}

function checkSymbol(kind: string, name: string, fail: (problem: string) => never): void {
  if (!symbolPattern.test(name)) {
    fail(`${kind} name "${name}" must be a letter followed by letters, digits and underscores`);
  }
  if (isInherited(name)) fail(inheritedName(`${kind} name`, name));
  if (reservedNames.has(name)) fail(`${kind} name "${name}" is reserved by the notation; choose another`);
}

function checkStartRanges(
  record: FormRecord,
  rangeName: string,
  ranges: FormRecord["startRanges"][string],
  fail: (problem: string) => never,
): void {
  const names = Object.keys(record.parameters);
  for (const name of Object.keys(ranges)) {
    if (!names.includes(name)) {
      fail(`start range "${rangeName}" is for an unknown parameter ${notAmong(name, names)}`);
    }
  }
  for (const [name, { lower = -Infinity, upper = Infinity }] of Object.entries(record.parameters)) {
    const range = ranges[name];
    if (range === undefined) {
      fail(`parameter "${name}" has no start range in "${rangeName}"; give [low, high]`);
      continue;
    }
    const [low, high] = range;
    const where = `start range "${rangeName}" of parameter "${name}", [${low}, ${high}],`;
    if (!Number.isFinite(low) || !Number.isFinite(high)) fail(`${where} must be finite`);
    if (low > high) fail(`${where} is the wrong way round`);
    if (low < lower || high > upper) fail(`${where} leaves the bounds [${lower}, ${upper}]`);
  }
}

/** Largest allowed form. The largest built-in one has 560 operations and 273 parameters. */
export const formLimits = {
  /** Operations of the expression, as it is written. */
  operations: 2000,
  /** Largest depth of nested parentheses, signs and powers. */
  depth: 100,
  parameters: 500,
  variables: 500,
  /** Steps by which it is multiplied out, differentiated and split into operations: some seconds. */
  steps: 6_000_000,
  /** Operations of its value, gradient and second derivatives. */
  derived: 5_000,
} as const;

/**
 * Counts the parts of a form before it is parsed: parsing some texts and the steps after it would take far too long, or
 * exceed the stack.
 *
 * @throws UserError with what was counted and what is allowed
 */
export function checkSize({ name, expression, parameters, variables }: FormRecord): void {
  const { operations, depth } = measureExpression(expression);
  const counted: [number: number, limit: number, what: string][] = [
    [Object.keys(parameters).length, formLimits.parameters, "parameters"],
    [Object.keys(variables).length, formLimits.variables, "variables"],
    [operations, formLimits.operations, "operations in its expression"],
    [depth, formLimits.depth, "levels of parentheses, signs and powers in one another"],
  ];
  for (const [number, limit, what] of counted) {
    if (number > limit) throw new UserError(`form "${name}": ${number} ${what}; allowed: at most ${limit}`);
  }
}

const tokenPattern = /([A-Za-z_]\w*)|(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([-+*/^=(),])/g;

/** Operations of a text in the form notation, and how deep it makes a parser call itself; of any text, in one pass. */
export function measureExpression(text: string): { operations: number; depth: number } {
  // Signs and powers that wait for what comes: of the text itself, then of each open parenthesis.
  const waiting = [0];
  let operations = 0;
  let level = 0;
  let depth = 0;
  let isAfterOperand = false;
  for (const [token, word, number] of text.matchAll(tokenPattern)) {
    const isOperand = number !== undefined || (word !== undefined && word !== "not");
    if (isOperand || token === "(") {
      // A call, or two operands side by side, which the parser takes for a product.
      if (isAfterOperand) operations++;
      if (token === "(") {
        waiting.push(0);
        level++;
      }
      isAfterOperand = isOperand;
    } else if (token === ")") {
      if (waiting.length > 1) level -= 1 + waiting.pop()!;
      isAfterOperand = true;
    } else {
      if (token !== "=") operations++;
      if (token === "^" || token === "=" || !isAfterOperand) {
        waiting[waiting.length - 1]!++;
        level++;
      } else {
        level -= waiting.at(-1)!;
        waiting[waiting.length - 1] = 0;
      }
      isAfterOperand = false;
    }
    depth = Math.max(depth, level);
  }
  return { operations, depth };
}
