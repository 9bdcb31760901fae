import { createRequire } from "node:module";
import type { FunctionNode, MathNode, OperatorNode, ParenthesisNode, SymbolNode } from "mathjs";
import { ownValue } from "../collections.ts";
import { didYouMean, shortened, UserError } from "../errors.ts";
import {
  type BinaryOperator,
  binary,
  call,
  type Expression,
  formFunctions,
  functionAliases,
  functionNames,
  isFunctionName,
  negate,
  number,
  parameter,
  variable,
} from "./expression.ts";

/** The meaning of the names in an expression. */
export interface ParseContext {
  /** Name of the form, for messages. */
  form: string;
  parameterNames: readonly string[];
  variableNames: readonly string[];
}

/** `output = expression`, parsed. */
export interface ParsedForm {
  output: string;
  expression: Expression;
}

/** The parser of mathjs, loaded when the first form is parsed (`bin/bundle.js` makes one file of its 650). */
function loadParser(): (text: string) => MathNode {
  return createRequire(import.meta.url)("../../dist/packages/mathjs.cjs").parse;
}

/** Excerpt of the text from a column (counted from 1), for messages. */
function near(text: string, column: number): string {
  const excerpt = text.slice(column - 1, column + 19).trim();
  return excerpt === "" ? "at the end" : `near "${excerpt}"`;
}

/**
 * Parses `output = expression` in the form notation: `+ - * / ^`, parentheses, numbers, `pi` and the functions of
 * `functionNames`.
 * @throws UserError with the form's name, the column (counted from 1) and the text there.
 */
export function parseForm(source: string, context: ParseContext): ParsedForm {
  const text = source.replace(/\s/g, " ");
  const fail = (column: number, problem: string): never => {
    throw new UserError(
      `form "${context.form}": ${problem}, at column ${column} ${near(text, column)} of "${shortened(text.trim())}"`,
    );
  };
  const columnOf = (name: string): number => {
    for (const match of text.matchAll(/(?<![\w.])[A-Za-z_]\w*/g))
      if (match[0] === name) return match.index + 1;
    return 1;
  };

  const stray = /[^\w\s.+\-*/^(),=]/.exec(text);
  if (stray)
    fail(
      stray.index + 1,
      `"${stray[0]}" is not part of the notation (allowed: names, numbers, + - * / ^ ( ) , =)`,
    );
  const node = parseText(text, fail);
  if (node.type !== "AssignmentNode")
    fail(1, `the expression must read "output = expression", as in "L = a + b*x"`);
  const { name: output, value } = node as unknown as { name: string; value: MathNode };
  return { output, expression: convert(value) };

  function convert(part: MathNode): Expression {
    switch (part.type) {
      case "ParenthesisNode":
        return convert((part as ParenthesisNode).content);
      case "ConstantNode":
        return convertConstant((part as unknown as { value: unknown }).value);
      case "SymbolNode":
        return convertName((part as SymbolNode).name);
      case "OperatorNode":
        return convertOperator(part as OperatorNode);
      case "FunctionNode":
        return convertCall(part as FunctionNode);
      default:
        return fail(1, `"${part.toString()}" is not part of the notation`);
    }
  }

  function convertConstant(value: unknown): Expression {
    if (typeof value === "number" && Number.isFinite(value)) return number(value);
    return fail(columnOf(String(value)), `${String(value)} is not a finite number`);
  }

  function convertName(name: string): Expression {
    if (name === "pi") return number(Math.PI);
    const parameterIndex = context.parameterNames.indexOf(name);
    if (parameterIndex >= 0) return parameter(parameterIndex);
    const variableIndex = context.variableNames.indexOf(name);
    if (variableIndex >= 0) return variable(variableIndex);
    const allowed = [...context.parameterNames, ...context.variableNames];
    const hint = name === "e" ? ' (for Euler\'s number write "exp(1)")' : didYouMean(name, allowed);
    return fail(columnOf(name), `unknown name "${name}"; allowed: ${allowed.join(", ")}, pi${hint}`);
  }

  function convertOperator(part: OperatorNode): Expression {
    const operator: string = part.op;
    const [left, right] = part.args as MathNode[];
    if ((part as unknown as { implicit: boolean }).implicit) {
      const operands = `${left?.toString()} ${right?.toString()}`;
      return fail(1, `write * between factors: "${operands}" has none`);
    }
    if (left && !right && operator === "-") return negate(convert(left));
    if (left && !right && operator === "+") return convert(left);
    if (left && right && isBinaryOperator(operator)) return binary(operator, convert(left), convert(right));
    return fail(1, `operator "${operator}" is not part of the notation (allowed: + - * / ^)`);
  }

  function convertCall(part: FunctionNode): Expression {
    const written: string = part.fn.name;
    const name = ownValue(functionAliases, written) ?? written;
    const args = part.args.map(convert);
    if (name !== "pow" && !isFunctionName(name)) {
      const isSymbol = [...context.parameterNames, ...context.variableNames].includes(written);
      const hint = isSymbol
        ? ` ("${written}" is not a function: write ${written}*(...))`
        : didYouMean(written, functionNames);
      return fail(
        columnOf(written),
        `unknown function "${written}"; allowed: ${functionNames.join(", ")}${hint}`,
      );
    }
    const wanted = name === "pow" ? 2 : formFunctions[name].arguments;
    const enough = name === "min" || name === "max" ? args.length >= 2 : args.length === wanted;
    if (!enough)
      fail(
        columnOf(written),
        `"${written}" takes ${wanted} argument${wanted > 1 ? "s" : ""}, not ${args.length}`,
      );
    if (name === "pow") return binary("^", args[0]!, args[1]!);
    if (name === "min" || name === "max") return args.reduce((left, right) => call(name, left, right));
    return call(name, ...args);
  }
}

function isBinaryOperator(operator: string): operator is BinaryOperator {
  return operator.length === 1 && "+-*/^".includes(operator);
}

function parseText(text: string, fail: (column: number, problem: string) => never): MathNode {
  try {
    return loadParser()(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { char } = error as SyntaxError & { char?: number };
    return fail(
      char ?? 1,
      error.message.replace(/ \(char \d+\)$/, "").replace(/^./, (c) => c.toLowerCase()),
    );
  }
}
