import {
  binary,
  call,
  compileExpression,
  contains,
  type Expression,
  factorsOf,
  formatExpression,
  negate,
  number,
  termsOf,
} from "../forms/expression.ts";
import type { Problem } from "../solve/problem.ts";
import { mean } from "../statistics.ts";

/** Digits of a law's numbers: as few as leave its values at the points what they are. */
const DIGITS = [6, 8, 10, 12, 15, 17];
/** How far rounding may move a value: as a share of the residuals' spread, and of itself. */
const MOST_OF_SPREAD = 0.05;
const MOST_OF_VALUE = 1e-9;

/** A solution, and how its numbers are rounded. */
interface Numbers {
  parameters: ArrayLike<number>;
  digits: number;
}

/** A literal of the law keeps its digits. */
function formatLiteral(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e6 || size < 1e-4) ? value.toExponential() : String(value);
}

/** An expression that begins with a minus, without it; undefined for any other. */
function withoutMinus(node: Expression): Expression | undefined {
  if (node.kind === "number") return node.value < 0 ? number(-node.value) : undefined;
  if (node.kind === "unary") return node.argument;
  if (node.kind !== "binary" || (node.operator !== "*" && node.operator !== "/")) return undefined;
  const left = withoutMinus(node.left);
  return left && binary(node.operator, left, node.right);
}

/** A sum or a product with at most one sign before each term. */
function signed(operator: "+" | "-" | "*" | "/", left: Expression, right: Expression): Expression {
  const positive = withoutMinus(right);
  if (positive === undefined) return binary(operator, left, right);
  if (operator === "+" || operator === "-") return binary(operator === "+" ? "-" : "+", left, positive);
  const product = binary(operator, withoutMinus(left) ?? left, positive);
  return withoutMinus(left) === undefined ? negative(product) : product;
}

/** An expression times -1, with the minus in its first number where it begins with one. */
function negative(node: Expression): Expression {
  if (node.kind === "number") return number(-node.value);
  if (
    node.kind === "binary" &&
    (node.operator === "*" || node.operator === "/") &&
    node.left.kind === "number"
  )
    return binary(node.operator, number(-node.left.value), node.right);
  return withoutMinus(node) ?? negate(node);
}

/** An expression with the numbers of its parameters, in which exponentials of logarithms are powers. */
function filled(node: Expression, numbers: Numbers): Expression {
  const { parameters, digits } = numbers;
  const fill = (part: Expression) => filled(part, numbers);
  const round = (value: number) => Number(value.toPrecision(digits));
  const constant = (part: Expression) => compileExpression(part)(parameters, []);
  switch (node.kind) {
    case "parameter":
      return number(round(parameters[node.index]!));
    case "unary":
      return negative(fill(node.argument));
    case "binary":
      if (node.operator === "^") return binary("^", fill(node.left), fill(node.right));
      return signed(node.operator, fill(node.left), fill(node.right));
    case "call":
      return node.function === "exp"
        ? exponential(node.arguments[0]!)
        : call(node.function, ...node.arguments.map(fill));
    default:
      return node;
  }

  /** `exp(a - alpha*ln(N))` as `A/N^alpha`, where the exponent has a term such as alpha*ln(N). */
  function exponential(exponent: Expression): Expression {
    let level = 0;
    const powers: { base: Expression; power: number }[] = [];
    const others: Expression[] = [];
    for (const { node: term, sign } of termsOf(exponent)) {
      const signedTerm = sign < 0 ? negate(term) : term;
      const log = factorsOf(term).find(
        ({ node, sign }) => sign > 0 && node.kind === "call" && node.function === "ln",
      );
      if (!contains(term, "variable")) level += constant(signedTerm);
      else if (log?.node.kind === "call" && isTimesConstant(term, log.node))
        powers.push({
          base: log.node.arguments[0]!,
          power: constant(replaced(signedTerm, log.node, number(1))),
        });
      else others.push(signedTerm);
    }
    const scale = Math.exp(level);
    if (powers.length === 0 || !(scale > 0 && scale < Number.POSITIVE_INFINITY))
      return call("exp", fill(exponent));
    const rest =
      others.length === 0 ? [] : [call("exp", fill(others.reduce((sum, term) => binary("+", sum, term))))];
    const raised = powers.map(({ base, power }) => ({
      base: fill(base),
      power: round(power),
    }));
    const up = raised.filter(({ power }) => power >= 0).map(({ base, power }) => toPower(base, power));
    const down = raised.filter(({ power }) => power < 0).map(({ base, power }) => toPower(base, -power));
    const above = [...(level === 0 && up.length > 0 ? [] : [number(round(scale))]), ...up, ...rest];
    return down.reduce(
      (quotient, by) => binary("/", quotient, by),
      above.reduce((product, by) => binary("*", product, by)),
    );
  }
}

const toPower = (base: Expression, power: number): Expression =>
  power === 1 ? base : binary("^", base, number(power));

/** Whether a product is a logarithm times what no variable is in. */
const isTimesConstant = (product: Expression, log: Expression): boolean =>
  factorsOf(product).every(({ node }) => node === log || !contains(node, "variable"));

/** A product with another factor in the place of one. */
function replaced(node: Expression, factor: Expression, by: Expression): Expression {
  if (node === factor) return by;
  if (node.kind === "unary") return negate(replaced(node.argument, factor, by));
  if (node.kind !== "binary" || (node.operator !== "*" && node.operator !== "/")) return node;
  return binary(node.operator, replaced(node.left, factor, by), replaced(node.right, factor, by));
}

/**
 * A law with its numbers: `loss = 1.69 + 406.4/N^0.34 + 410.7/D^0.28`. Parameters that are logarithms of scales are given as the scales.
 * To 6 digits, or as many as it takes for the law as it is printed to have its values at the points: terms may cancel.
 */
export function formatEquation(
  { form, variables, response }: Pick<Problem, "form" | "variables" | "response">,
  parameters: ArrayLike<number>,
): string {
  const points = Array.from(response, (_, i) => variables.map((variable) => variable[i]!));
  const exact = points.map((point) => form.value(parameters, point));
  const spread = Math.sqrt(mean(exact.map((value, i) => (value - response[i]!) ** 2)));
  const laws = DIGITS.map((digits) => filled(form.expression, { parameters, digits }));
  const isNear = (law: Expression): boolean => {
    const valueAt = compileExpression(law);
    return exact.every((value, i) => {
      const moved = Math.abs(valueAt([], points[i]!) - value);
      return !(moved > Math.max(MOST_OF_SPREAD * spread, MOST_OF_VALUE * Math.abs(value)));
    });
  };
  const law = laws.find(isNear) ?? laws.at(-1)!;
  return `${form.output} = ${formatExpression(law, [], form.variableNames, formatLiteral)}`;
}
