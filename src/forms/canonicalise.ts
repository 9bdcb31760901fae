import {
  binary,
  call,
  compileExpression,
  contains,
  type Expression,
  number,
  operationCount,
} from "./expression.ts";
import type { Graph, NodeId, Term } from "./graph.ts";

/** Integer powers up to this size become products; larger ones go through exp and ln. */
const largestProductPower = 64;

/** Largest number of factors, and of operations of columns, that a power of a product is expanded to; a larger one keeps the product whole. */
const mostFactorsOfPower = 512;

/**
 * Brings an expression into the graph in canonical form:
 *
 * - expressions without parameters are columns (or numbers), as large as possible;
 * - products and quotients of exponentials, and powers with an exponent that is not constant, are one `exp`:
 *   `exp(a)/N^alpha` is `exp(a - alpha*ln(N))`;
 * - `1/(1 + exp(u))` is `sigmoid(-u)`, `ln(1 + exp(u))` is `softplus(u)`, `ln(sigmoid(u))` is `log_sigmoid(u)`.
 */
export function canonicalise(graph: Graph, expression: Expression): NodeId {
  if (!contains(expression, "parameter")) return withoutParameters(graph, expression);
  switch (expression.kind) {
    case "parameter":
      return graph.parameter(expression.index);
    case "unary":
      return graph.negate(canonicalise(graph, expression.argument));
    case "call": {
      const args = expression.arguments.map((argument) => canonicalise(graph, argument));
      return canonicalCall(graph, expression.function, args);
    }
    case "binary": {
      const left = canonicalise(graph, expression.left);
      const right = canonicalise(graph, expression.right);
      switch (expression.operator) {
        case "+":
          return add(graph, left, 1, right);
        case "-":
          return add(graph, left, -1, right);
        case "*":
          return multiply(graph, [left, right]);
        case "/":
          return multiply(graph, [left, reciprocal(graph, right)]);
        case "^":
          return power(graph, left, right);
      }
    }
  }
  throw new Error(`unreachable: ${expression.kind} holds no parameter`);
}

function withoutParameters(graph: Graph, expression: Expression): NodeId {
  if (!contains(expression, "variable")) return graph.number(compileExpression(expression)([], []));
  if (expression.kind === "unary") return graph.negate(withoutParameters(graph, expression.argument));
  return graph.column(expression);
}

function canonicalCall(
  graph: Graph,
  name: (Expression & { kind: "call" })["function"],
  args: NodeId[],
): NodeId {
  const [x] = args as [NodeId];
  switch (name) {
    case "ln":
      return logarithm(graph, x);
    case "log10":
      return graph.product(Math.LOG10E, [logarithm(graph, x)]);
    case "log2":
      return graph.product(Math.LOG2E, [logarithm(graph, x)]);
    default:
      return graph.call(name, ...args);
  }
}

/** left + sign * right; terms without parameters, and the constant added to them, become one column. */
function add(graph: Graph, left: NodeId, sign: 1 | -1, right: NodeId): NodeId {
  const id = graph.sum(0, [
    { coefficient: 1, node: left },
    { coefficient: sign, node: right },
  ]);
  const node = graph.node(id);
  if (node.kind !== "sum") return id;
  const columns = node.terms.filter((term) => graph.node(term.node).kind === "column");
  if (columns.length === 0 || (columns.length === 1 && node.constant === 0)) return id;
  const merged = columnOfTerms(graph, node.constant, columns);
  const rest = node.terms.filter((term) => !columns.includes(term));
  return graph.sum(0, [...rest, { coefficient: 1, node: merged }]);
}

function columnOfTerms(graph: Graph, constant: number, terms: readonly Term[]): NodeId {
  let sum: Expression | undefined = constant === 0 ? undefined : number(constant);
  for (const { coefficient, node } of terms) {
    const column = columnExpression(graph, node);
    const size = Math.abs(coefficient);
    const scaled = size === 1 ? column : binary("*", number(size), column);
    if (sum === undefined) sum = coefficient < 0 ? binary("*", number(-1), scaled) : scaled;
    else sum = binary(coefficient < 0 ? "-" : "+", sum, scaled);
  }
  return graph.column(sum!);
}

/** Product of the factors: exponentials joined into one, columns into one. */
function multiply(graph: Graph, operands: readonly NodeId[]): NodeId {
  const { coefficient, factors } = graph.asProduct(graph.product(1, operands));
  let scale = coefficient;
  let columns: Expression | undefined;
  let columnCount = 0;
  const exponents: NodeId[] = [];
  const others: NodeId[] = [];
  for (const factor of factors) {
    const node = graph.node(factor);
    if (node.kind === "column") {
      const expression = graph.columns[node.index]!;
      columns = columns === undefined ? expression : binary("*", columns, expression);
      columnCount++;
    } else if (node.kind === "call" && node.function === "exp") exponents.push(node.arguments[0]!);
    else others.push(factor);
  }
  if (columns !== undefined && (columnCount > 1 || Math.abs(scale) !== 1)) {
    const size = Math.abs(scale);
    if (size !== 1) columns = binary("*", number(size), columns);
    scale = Math.sign(scale);
  }
  const joined = columns === undefined ? others : [...others, graph.column(columns)];
  if (exponents.length === 0) return graph.product(scale, joined);
  const exponent = exponents.reduce((left, right) => add(graph, left, 1, right));
  return graph.product(scale, withExponential(graph, joined, exponent));
}

/** The factors times exp(exponent); exp(u) * sigmoid(-u) is sigmoid(u), which cannot overflow. */
function withExponential(graph: Graph, factors: readonly NodeId[], exponent: NodeId): NodeId[] {
  const partner = graph.call("sigmoid", graph.negate(exponent));
  const at = factors.indexOf(partner);
  if (at < 0) return [...factors, graph.call("exp", exponent)];
  return factors.with(at, graph.call("sigmoid", exponent));
}

function reciprocal(graph: Graph, id: NodeId): NodeId {
  const { coefficient, factors } = graph.asProduct(id);
  if (factors.length === 0) return graph.number(1 / coefficient);
  if (factors.length === 1) return graph.product(1 / coefficient, [reciprocalOfFactor(graph, factors[0]!)]);
  // One division for all factors that change from point to point; the others' is outside the loop over points.
  const hoisted = factors.filter((factor) => !graph.dependsOnColumn(factor));
  const simple = factors.filter(
    (factor) => graph.dependsOnColumn(factor) && hasSimpleReciprocal(graph, factor),
  );
  const rest = factors.filter((factor) => !hoisted.includes(factor) && !simple.includes(factor));
  const inverses = simple.map((factor) => reciprocalOfFactor(graph, factor));
  if (hoisted.length > 0) inverses.push(...hoisted.map((factor) => reciprocalOfFactor(graph, factor)));
  if (new Set(rest).size === 1) inverses.push(...rest.map((factor) => reciprocalOfFactor(graph, factor)));
  else if (rest.length > 0) inverses.push(graph.call("reciprocal", graph.product(1, rest)));
  return graph.product(1 / coefficient, [multiply(graph, inverses)]);
}

function hasSimpleReciprocal(graph: Graph, factor: NodeId): boolean {
  const inverse = graph.node(reciprocalOfFactor(graph, factor));
  return !(inverse.kind === "call" && inverse.function === "reciprocal");
}

function reciprocalOfFactor(graph: Graph, factor: NodeId): NodeId {
  const node = graph.node(factor);
  if (node.kind === "column") return graph.column(binary("/", number(1), graph.columns[node.index]!));
  if (node.kind === "call" && node.function === "exp")
    return graph.call("exp", graph.negate(node.arguments[0]!));
  if (node.kind === "call" && node.function === "reciprocal") return node.arguments[0]!;
  const exponent = exponentOfOnePlusExp(graph, factor);
  if (exponent !== undefined) return graph.call("sigmoid", graph.negate(exponent));
  return graph.call("reciprocal", factor);
}

/** u where the node is 1 + exp(u). */
function exponentOfOnePlusExp(graph: Graph, id: NodeId): NodeId | undefined {
  const node = graph.node(id);
  if (node.kind !== "sum" || node.constant !== 1 || node.terms.length !== 1) return undefined;
  const [term] = node.terms as [Term];
  const inner = graph.node(term.node);
  const matches = term.coefficient === 1 && inner.kind === "call" && inner.function === "exp";
  return matches ? inner.arguments[0] : undefined;
}

function power(graph: Graph, base: NodeId, exponent: NodeId): NodeId {
  const exponentNode = graph.node(exponent);
  if (exponentNode.kind === "number") return constantPower(graph, base, exponentNode.value);
  return graph.call("exp", multiply(graph, [exponent, logarithmOfBase(graph, base)]));
}

/** Stands for the logarithm of 0: so low that exp of any exponent times it is 0, and finite, so that an exponent of 0 gives 1. */
const logarithmOfZero = -1e100;

/** Functions that give 0 at points that are nothing special: `max(D/U - 1, 0)^c` is 0 where no token is repeated. */
const reachZero: readonly string[] = ["max", "relu", "abs"];

/** The logarithm of the base of a power, which is 0 where the base is: one of such a function of variables may be. */
function logarithmOfBase(graph: Graph, base: NodeId): NodeId {
  const node = graph.node(base);
  const column = node.kind === "column" ? graph.columns[node.index]! : undefined;
  if (column?.kind !== "call" || !reachZero.includes(column.function)) return logarithm(graph, base);
  return graph.column(call("max", call("ln", column), number(logarithmOfZero)));
}

/** Whether a column is the logarithm of a base that may be 0, which makes its mean mean nothing. */
export function isLogarithmOfBase(column: Expression): boolean {
  const floor = column.kind === "call" && column.function === "max" ? column.arguments[1] : undefined;
  return floor?.kind === "number" && floor.value === logarithmOfZero;
}

function constantPower(graph: Graph, base: NodeId, exponent: number): NodeId {
  const node = graph.node(base);
  if (node.kind === "call" && node.function === "exp") {
    return graph.call("exp", multiply(graph, [graph.number(exponent), node.arguments[0]!]));
  }
  const halves = 2 * exponent;
  if (!Number.isInteger(halves) || Math.abs(exponent) > largestProductPower) {
    return graph.call("exp", multiply(graph, [graph.number(exponent), logarithm(graph, base)]));
  }
  const whole = Math.trunc(Math.abs(exponent));
  const once = whole * writtenSize(graph, base) > mostFactorsOfPower ? graph.call("whole", base) : base;
  const factors: NodeId[] = new Array(whole).fill(once);
  if (halves % 2 !== 0) factors.push(graph.call("sqrt", once));
  const inverted = exponent < 0 ? factors.map((factor) => reciprocal(graph, factor)) : factors;
  return multiply(graph, inverted);
}

/** Factors of a node, and operations of those that are columns: what each copy of it adds to a product. */
function writtenSize(graph: Graph, id: NodeId): number {
  const sizes = graph.asProduct(id).factors.map((factor) => {
    const node = graph.node(factor);
    return node.kind === "column" ? operationCount(graph.columns[node.index]!) : 1;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

function logarithm(graph: Graph, id: NodeId): NodeId {
  const node = graph.node(id);
  if (node.kind === "column") return graph.column(call("ln", graph.columns[node.index]!));
  if (node.kind === "call" && node.function === "exp") return node.arguments[0]!;
  if (node.kind === "call" && node.function === "sigmoid")
    return graph.call("log_sigmoid", node.arguments[0]!);
  if (node.kind === "call" && node.function === "reciprocal")
    return graph.negate(logarithm(graph, node.arguments[0]!));
  const exponent = exponentOfOnePlusExp(graph, id);
  if (exponent !== undefined) return graph.call("softplus", exponent);
  return graph.call("log", id);
}

function columnExpression(graph: Graph, id: NodeId): Expression {
  const node = graph.node(id);
  if (node.kind !== "column") throw new Error(`unreachable: node ${id} is not a column`);
  return graph.columns[node.index]!;
}
