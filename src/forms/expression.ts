/** A function of the form notation: how many arguments it takes and its value in float64. */
interface FormFunction {
  arguments: 1 | 2;
  evaluate(x: number, y: number): number;
}

/** ln(1 + exp(x)), without overflow. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** 1 / (1 + exp(-x)), without overflow and with full relative accuracy at both ends. */
export function sigmoid(x: number): number {
  const decayed = Math.exp(-Math.abs(x));
  return (x >= 0 ? 1 : decayed) / (1 + decayed);
}

/** Functions that an expression tree can hold. */
export const formFunctions = {
  exp: { arguments: 1, evaluate: Math.exp },
  ln: { arguments: 1, evaluate: Math.log },
  log10: { arguments: 1, evaluate: Math.log10 },
  log2: { arguments: 1, evaluate: Math.log2 },
  sqrt: { arguments: 1, evaluate: Math.sqrt },
  abs: { arguments: 1, evaluate: Math.abs },
  min: { arguments: 2, evaluate: Math.min },
  max: { arguments: 2, evaluate: Math.max },
  relu: { arguments: 1, evaluate: (x) => Math.max(x, 0) },
  sin: { arguments: 1, evaluate: Math.sin },
  cos: { arguments: 1, evaluate: Math.cos },
  atan: { arguments: 1, evaluate: Math.atan },
  tanh: { arguments: 1, evaluate: Math.tanh },
  sigmoid: { arguments: 1, evaluate: sigmoid },
  softplus: { arguments: 1, evaluate: softplus },
  log_sigmoid: { arguments: 1, evaluate: (x) => -softplus(-x) },
} satisfies Record<string, FormFunction>;

export type FunctionName = keyof typeof formFunctions;

/** Other spellings, and functions that the parser writes in terms of others: `pow(a, b)` is `a^b`. */
export const functionAliases: Readonly<Record<string, FunctionName | "pow">> = {
  log: "ln",
  logsigmoid: "log_sigmoid",
  pow: "pow",
};

/** Every function name that a user may write. */
export const functionNames: readonly string[] = [
  ...Object.keys(formFunctions),
  ...Object.keys(functionAliases),
];

export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(formFunctions, name);
}

export type BinaryOperator = "+" | "-" | "*" | "/" | "^";

/**
 * The right-hand side of a form as an immutable tree. Parameters and variables are indices into the form's
 * record, so that two forms that differ in names alone have the same tree.
 */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "parameter"; readonly index: number }
  | { readonly kind: "variable"; readonly index: number }
  | { readonly kind: "unary"; readonly operator: "-"; readonly argument: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "call"; readonly function: FunctionName; readonly arguments: readonly Expression[] };

export function number(value: number): Expression {
  return { kind: "number", value };
}

export function parameter(index: number): Expression {
  return { kind: "parameter", index };
}

export function variable(index: number): Expression {
  return { kind: "variable", index };
}

export function negate(argument: Expression): Expression {
  return { kind: "unary", operator: "-", argument };
}

export function binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  return { kind: "binary", operator, left, right };
}

export function call(name: FunctionName, ...args: Expression[]): Expression {
  return { kind: "call", function: name, arguments: args };
}

/** The direct parts of an expression, left to right. */
function children(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "unary":
      return [expression.argument];
    case "binary":
      return [expression.left, expression.right];
    case "call":
      return expression.arguments;
    default:
      return [];
  }
}

/** True where the expression holds a parameter (or a variable) anywhere. */
export function contains(expression: Expression, kind: "parameter" | "variable"): boolean {
  return expression.kind === kind || children(expression).some((child) => contains(child, kind));
}

/** Indices of the parameters (or variables) that the expression holds. */
export function indicesOf(expression: Expression, kind: "parameter" | "variable"): Set<number> {
  const indices = new Set<number>();
  const visit = (node: Expression): void => {
    if (node.kind === kind) indices.add(node.index);
    children(node).forEach(visit);
  };
  visit(expression);
  return indices;
}

/** A term of a sum, or a factor of a product (its sign is then that of its exponent). */
export interface Part {
  node: Expression;
  sign: 1 | -1;
}

/** The terms of a sum, however it is nested, each with its sign. */
export function termsOf(node: Expression, sign: 1 | -1 = 1): Part[] {
  if (node.kind === "unary") return termsOf(node.argument, -sign as 1 | -1);
  if (node.kind !== "binary" || (node.operator !== "+" && node.operator !== "-")) return [{ node, sign }];
  return [
    ...termsOf(node.left, sign),
    ...termsOf(node.right, (node.operator === "-" ? -sign : sign) as 1 | -1),
  ];
}

/** The factors of a product, however it is nested; signs within are left out. */
export function factorsOf(node: Expression, sign: 1 | -1 = 1): Part[] {
  if (node.kind === "unary") return factorsOf(node.argument, sign);
  if (node.kind !== "binary" || (node.operator !== "*" && node.operator !== "/")) return [{ node, sign }];
  return [
    ...factorsOf(node.left, sign),
    ...factorsOf(node.right, (node.operator === "/" ? -sign : sign) as 1 | -1),
  ];
}

const operationCounts = new WeakMap<Expression, number>();

/** Operations of an expression written out: parts that occur twice count twice. */
export function operationCount(expression: Expression): number {
  const before = operationCounts.get(expression);
  if (before !== undefined) return before;
  const count = children(expression).reduce((sum, child) => sum + operationCount(child), 1);
  operationCounts.set(expression, count);
  return count;
}

const precedence: Record<BinaryOperator, number> = { "+": 1, "-": 1, "*": 2, "/": 2, "^": 4 };
const unaryPrecedence = 3;
const atomPrecedence = 5;

/** How tightly the outermost operator of an expression binds; 5 for an expression that never needs parentheses. */
function bindingStrength(expression: Expression): number {
  if (expression.kind === "binary") return precedence[expression.operator];
  if (expression.kind === "unary") return unaryPrecedence;
  if (expression.kind === "number" && expression.value < 0) return unaryPrecedence;
  return atomPrecedence;
}

/** True if an operand needs parentheses to keep the tree's meaning. */
export function needsParentheses(
  operator: BinaryOperator,
  operand: Expression,
  side: "left" | "right",
): boolean {
  const outer = precedence[operator];
  const strength = bindingStrength(operand);
  if (strength !== outer) return strength < outer;
  if (operator === "^") return side === "left";
  return side === "right" && operator !== "+";
}

/** The expression in the form notation, with the names of its parameters and variables. */
export function formatExpression(
  expression: Expression,
  parameterNames: readonly string[],
  variableNames: readonly string[],
): string {
  const format = (node: Expression): string => {
    switch (node.kind) {
      case "number":
        return String(node.value);
      case "parameter":
        return parameterNames[node.index] ?? `p[${node.index}]`;
      case "variable":
        return variableNames[node.index] ?? `v[${node.index}]`;
      case "unary":
        return bindingStrength(node.argument) < 2 || node.argument.kind === "unary"
          ? `-(${format(node.argument)})`
          : `-${format(node.argument)}`;
      case "call":
        return `${node.function}(${node.arguments.map(format).join(", ")})`;
      case "binary": {
        const side = (operand: Expression, which: "left" | "right"): string =>
          needsParentheses(node.operator, operand, which) ? `(${format(operand)})` : format(operand);
        const space = node.operator === "+" || node.operator === "-" ? " " : "";
        return `${side(node.left, "left")}${space}${node.operator}${space}${side(node.right, "right")}`;
      }
    }
  };
  return format(expression);
}

/** A text that two expressions share exactly when they are the same tree. */
export function expressionKey(expression: Expression): string {
  return formatExpression(expression, [], []);
}

/** Turns an expression into a function of the parameters and variables (both in record order). */
export function compileExpression(
  expression: Expression,
): (parameters: ArrayLike<number>, variables: ArrayLike<number>) => number {
  switch (expression.kind) {
    case "number": {
      const { value } = expression;
      return () => value;
    }
    case "parameter": {
      const { index } = expression;
      return (parameters) => parameters[index]!;
    }
    case "variable": {
      const { index } = expression;
      return (_, variables) => variables[index]!;
    }
    case "unary": {
      const argument = compileExpression(expression.argument);
      return (p, v) => -argument(p, v);
    }
    case "call": {
      const evaluate: (x: number, y: number) => number = formFunctions[expression.function].evaluate;
      const first = compileExpression(expression.arguments[0]!);
      if (formFunctions[expression.function].arguments === 1) return (p, v) => evaluate(first(p, v), 0);
      const second = compileExpression(expression.arguments[1]!);
      return (p, v) => evaluate(first(p, v), second(p, v));
    }
    case "binary": {
      const left = compileExpression(expression.left);
      const right = compileExpression(expression.right);
      switch (expression.operator) {
        case "+":
          return (p, v) => left(p, v) + right(p, v);
        case "-":
          return (p, v) => left(p, v) - right(p, v);
        case "*":
          return (p, v) => left(p, v) * right(p, v);
        case "/":
          return (p, v) => left(p, v) / right(p, v);
        case "^":
          return (p, v) => left(p, v) ** right(p, v);
      }
    }
  }
}
