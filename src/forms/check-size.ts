import { UserError } from "../errors.ts";
import type { FormRecord } from "./form.ts";

/** What a form may be at most. The largest built-in one has 560 operations and 273 parameters. */
export const formLimits = {
  /** Operations of the expression, as it is written. */
  operations: 2000,
  /** How deep parentheses, signs and powers may stand in one another. */
  depth: 100,
  parameters: 500,
  variables: 500,
  /** Steps by which it is multiplied out, differentiated and split into operations: some seconds. */
  steps: 6_000_000,
  /** Operations of its value, gradient and second derivatives. */
  derived: 5_000,
} as const;

/**
 * Counts what a form consists of before anything is made of it: parsers, and what follows, would take far too long over some texts, or
 * end for want of stack.
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
