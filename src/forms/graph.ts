import { type Expression, expressionKey, formFunctions, operationCount } from "./expression.ts";
import type { KernelFunction } from "./operations.ts";

/**
 * Counts the steps by which a form is multiplied out, differentiated and split into operations, and ends them beyond a limit. The
 * count depends on the form alone, so that a form that is refused is refused on every machine.
 */
export class StepBudget {
  readonly #most: number;
  readonly #refuse: (most: number) => never;
  #spent = 0;

  /** @param refuse throws the error of a form that takes more than `most` steps */
  constructor(most: number, refuse: (most: number) => never) {
    this.#most = most;
    this.#refuse = refuse;
  }

  spend(steps: number): void {
    this.#spent += steps;
    if (this.#spent > this.#most) this.#refuse(this.#most);
  }
}

/** Functions of the graph: those that kernels know, and helpers that become plain arithmetic when lowered. */
export type GraphFunction =
  | KernelFunction
  | "reciprocal" // 1/x
  | "sigmoid_slope" // first derivative of sigmoid: s(1 - s)
  | "sigmoid_curvature" // second derivative of sigmoid: s(1 - s)(1 - 2s)
  | "whole"; // its argument: a product that others do not take in factor by factor

export type NodeId = number;

/** One summand of a sum: coefficient * node. */
export interface Term {
  readonly coefficient: number;
  readonly node: NodeId;
}

/**
 * A node of the graph. Sums and products are flat: a sum holds no unscaled sum, a product holds no product and no
 * number (its coefficient is in the sum around it), so that equal values meet as equal nodes.
 */
export type GraphNode =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "parameter"; readonly index: number }
  | { readonly kind: "column"; readonly index: number }
  | { readonly kind: "sum"; readonly constant: number; readonly terms: readonly Term[] }
  | { readonly kind: "product"; readonly factors: readonly NodeId[] }
  | { readonly kind: "call"; readonly function: GraphFunction; readonly arguments: readonly NodeId[] };

/** A graph function in float64; helpers as they are lowered. */
export function graphFunction(name: GraphFunction): (x: number, y: number) => number {
  switch (name) {
    case "log":
      return Math.log;
    case "sign":
      return Math.sign;
    case "step":
      return (x) => (x > 0 ? 1 : 0);
    case "reciprocal":
      return (x) => 1 / x;
    case "whole":
      return (x) => x;
    case "sigmoid_slope":
      return (x) => {
        const s = formFunctions.sigmoid.evaluate(x);
        return s * (1 - s);
      };
    case "sigmoid_curvature":
      return (x) => {
        const s = formFunctions.sigmoid.evaluate(x);
        return s * (1 - s) * (1 - 2 * s);
      };
    default:
      return formFunctions[name].evaluate;
  }
}

/**
 * A hash-consed graph of one form: every distinct value has one node. Constructors fold constants, flatten sums and
 * products and collect equal terms; they never reorder what the first caller wrote.
 */
export class Graph {
  readonly nodes: GraphNode[] = [];
  /** The columns: expressions of the variables alone. */
  readonly columns: Expression[] = [];
  readonly budget: StepBudget | undefined;
  readonly #ids = new Map<string, NodeId>();
  readonly #dependsOnParameter: boolean[] = [];
  readonly #dependsOnColumn: boolean[] = [];

  /** @param budget counts the terms and factors that are added. @default no limit */
  constructor(budget?: StepBudget) {
    this.budget = budget;
  }

  node(id: NodeId): GraphNode {
    return this.nodes[id]!;
  }

  dependsOnParameter(id: NodeId): boolean {
    return this.#dependsOnParameter[id]!;
  }

  dependsOnColumn(id: NodeId): boolean {
    return this.#dependsOnColumn[id]!;
  }

  number(value: number): NodeId {
    return this.#intern(`n${Object.is(value, -0) ? 0 : value}`, { kind: "number", value }, []);
  }

  parameter(index: number): NodeId {
    return this.#intern(`p${index}`, { kind: "parameter", index }, []);
  }

  column(expression: Expression): NodeId {
    this.budget?.spend(operationCount(expression));
    const key = `c${expressionKey(expression)}`;
    const before = this.#ids.get(key);
    if (before !== undefined) return before;
    const index = this.columns.push(expression) - 1;
    return this.#intern(key, { kind: "column", index }, []);
  }

  /** constant + sum of coefficient * node. */
  sum(constant: number, terms: readonly Term[]): NodeId {
    let total = constant;
    const coefficients = new Map<NodeId, number>();
    const add = (coefficient: number, id: NodeId): void => {
      this.budget?.spend(1);
      const node = this.node(id);
      if (node.kind === "number") total += coefficient * node.value;
      else if (node.kind === "sum" && (isScaled(node) || Math.abs(coefficient) === 1)) {
        total += coefficient * node.constant;
        for (const term of node.terms) add(coefficient * term.coefficient, term.node);
      } else coefficients.set(id, (coefficients.get(id) ?? 0) + coefficient);
    };
    for (const term of terms) add(term.coefficient, term.node);
    const kept = [...coefficients]
      .filter(([, coefficient]) => coefficient !== 0)
      .map(([node, coefficient]) => ({ coefficient, node }));
    const [first] = kept;
    if (first === undefined) return this.number(total);
    if (total === 0 && kept.length === 1 && first.coefficient === 1) return first.node;
    const sorted = [...kept].sort((a, b) => a.node - b.node);
    const key = `s${total};${sorted.map((t) => `${t.coefficient}*${t.node}`).join(";")}`;
    return this.#intern(
      key,
      { kind: "sum", constant: total, terms: kept },
      kept.map((t) => t.node),
    );
  }

  /** coefficient * product of the factors. */
  product(coefficient: number, factors: readonly NodeId[]): NodeId {
    let scale = coefficient;
    const flat: NodeId[] = [];
    const add = (id: NodeId): void => {
      this.budget?.spend(1);
      const node = this.node(id);
      if (node.kind === "number") scale *= node.value;
      else if (node.kind === "product") node.factors.forEach(add);
      else if (node.kind === "sum" && isScaled(node)) {
        scale *= node.terms[0]!.coefficient;
        add(node.terms[0]!.node);
      } else if (node.kind === "sum" && node.constant === 0 && node.terms[0]!.coefficient < 0) {
        scale = -scale; // (L0 - L) as -(L - L0), so that both meet in one node
        flat.push(this.sum(0, [{ coefficient: -1, node: id }]));
      } else flat.push(id);
    };
    factors.forEach(add);
    if (scale === 0 || flat.length === 0) return this.number(scale);
    return this.sum(0, [{ coefficient: scale, node: this.#productNode(flat) }]);
  }

  negate(id: NodeId): NodeId {
    return this.sum(0, [{ coefficient: -1, node: id }]);
  }

  call(name: GraphFunction, ...args: NodeId[]): NodeId {
    const nodes = args.map((id) => this.node(id));
    if (nodes.every((node) => node.kind === "number")) {
      return this.number(graphFunction(name)(nodes[0]!.value, nodes[1]?.value ?? 0));
    }
    return this.#intern(
      `${name}(${args.join(",")})`,
      { kind: "call", function: name, arguments: args },
      args,
    );
  }

  /** The node as coefficient * product of factors; a node that is not a product is its own single factor. */
  asProduct(id: NodeId): { coefficient: number; factors: readonly NodeId[] } {
    const node = this.node(id);
    if (node.kind === "number") return { coefficient: node.value, factors: [] };
    if (node.kind === "product") return { coefficient: 1, factors: node.factors };
    if (node.kind === "sum" && isScaled(node)) {
      const [{ coefficient, node: inner }] = node.terms as [Term];
      const content = this.node(inner);
      return { coefficient, factors: content.kind === "product" ? content.factors : [inner] };
    }
    return { coefficient: 1, factors: [id] };
  }

  #productNode(factors: NodeId[]): NodeId {
    if (factors.length === 1) return factors[0]!;
    const sorted = [...factors].sort((a, b) => a - b);
    return this.#intern(`m${sorted.join("*")}`, { kind: "product", factors }, factors);
  }

  #intern(key: string, node: GraphNode, parts: readonly NodeId[]): NodeId {
    const before = this.#ids.get(key);
    if (before !== undefined) return before;
    const id = this.nodes.push(node) - 1;
    this.#ids.set(key, id);
    this.#dependsOnParameter.push(
      node.kind === "parameter" || parts.some((part) => this.dependsOnParameter(part)),
    );
    this.#dependsOnColumn.push(node.kind === "column" || parts.some((part) => this.dependsOnColumn(part)));
    return id;
  }
}

/** True for a sum that is only coefficient * node. */
function isScaled(node: GraphNode & { kind: "sum" }): boolean {
  return node.constant === 0 && node.terms.length === 1;
}

/** Visits every node below the roots once, parents first. */
export function walk(
  graph: Graph,
  roots: readonly NodeId[],
  visit: (node: GraphNode, id: NodeId) => void,
): void {
  const seen = new Set<NodeId>();
  const go = (id: NodeId): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const node = graph.node(id);
    visit(node, id);
    nodeInputs(node).forEach(go);
  };
  roots.forEach(go);
}

/** The nodes that a node is computed from. */
export function nodeInputs(node: GraphNode): readonly NodeId[] {
  if (node.kind === "sum") return node.terms.map((term) => term.node);
  if (node.kind === "product") return node.factors;
  if (node.kind === "call") return node.arguments;
  return [];
}
