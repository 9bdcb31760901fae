import type { Graph, GraphNode, NodeId, Term } from "./graph.ts";
import { walk } from "./graph-walk.ts";
import { OperationList } from "./operations.ts";
import { ProductPairs } from "./product-pairs.ts";

/** Turns graph nodes into operations. */
export class Lowering {
  readonly list = new OperationList();
  readonly #graph: Graph;
  readonly #columns: readonly number[];
  readonly #done = new Map<NodeId, number>();
  readonly #pairs: ProductPairs;

  constructor(graph: Graph, columns: readonly number[]) {
    this.#graph = graph;
    this.#columns = columns;
    this.#pairs = new ProductPairs((id) => graph.dependsOnColumn(id), graph.budget);
  }

  /** Makes the products below the roots known, so that they are split together. */
  prepareProducts(roots: readonly NodeId[]): void {
    const products: (readonly NodeId[])[] = [];
    walk(this.#graph, roots, (node) => {
      if (node.kind === "product") products.push(node.factors);
      if (node.kind === "sum") for (const term of node.terms) products.push(this.#factorsOf(term));
    });
    this.#pairs.split(products);
  }

  lower(id: NodeId): number {
    const known = this.#done.get(id);
    if (known !== undefined) return known;
    const position = this.#compute(id);
    this.#done.set(id, position);
    return position;
  }

  #compute(id: NodeId): number {
    const { list } = this;
    const node = this.#graph.node(id);
    switch (node.kind) {
      case "number":
        return list.number(node.value);
      case "parameter":
        return list.leaf("parameter", node.index);
      case "column":
        return list.leaf("column", this.#columns.indexOf(node.index));
      case "product":
        return this.#lowerFactor(this.#pairs.resultOf(node.factors));
      case "sum":
        return this.#lowerSum(id, node);
      case "call":
        return this.#lowerCall(node);
    }
  }

  #lowerCall(node: GraphNode & { kind: "call" }): number {
    const { list } = this;
    const one = list.number(1);
    const [u] = node.arguments as [NodeId];
    switch (node.function) {
      case "sigmoid_slope": {
        const s = this.lower(this.#graph.call("sigmoid", u));
        return list.multiply(s, list.subtract(one, s));
      }
      case "sigmoid_curvature": {
        const s = this.lower(this.#graph.call("sigmoid", u));
        const slope = this.lower(this.#graph.call("sigmoid_slope", u));
        return list.multiply(slope, list.fma(list.number(-2), s, one));
      }
      case "whole":
        return this.lower(u);
      default:
        return list.call(
          node.function,
          node.arguments.map((argument) => this.lower(argument)),
        );
    }
  }

  /** A factor of a product: a node, or the product of a pair. */
  #lowerFactor(factor: number): number {
    const pair = this.#pairs.pairOf(factor);
    if (pair === undefined) return this.lower(factor);
    return this.list.multiply(this.#lowerFactor(pair.left), this.#lowerFactor(pair.right));
  }

  /** The term without its sign as a list of factors; a coefficient other than 1 is one of them. */
  #factorsOf({ coefficient, node }: Term): readonly NodeId[] {
    const content = this.#graph.node(node);
    const factors = content.kind === "product" ? content.factors : [node];
    const size = Math.abs(coefficient);
    return size === 1 ? factors : [this.#graph.number(size), ...factors];
  }

  #lowerSum(id: NodeId, node: GraphNode & { kind: "sum" }): number {
    const opposite = this.#done.get(this.#graph.negate(id));
    if (opposite !== undefined) return this.list.negate(opposite);
    const outside = node.terms.filter((term) => !this.#graph.dependsOnColumn(term.node));
    const perPoint = node.terms.filter((term) => this.#graph.dependsOnColumn(term.node));
    const outsideAddends = outside.length + (node.constant === 0 ? 0 : 1);
    if (perPoint.length === 0 || outsideAddends < 2) return this.#sumOfTerms(node.constant, node.terms);
    // What is the same at all points is summed outside the loop over points.
    return this.#sumOfTerms(0, perPoint, this.#sumOfTerms(node.constant, outside));
  }

  /** start + constant + terms, products last so that each is one fma. */
  #sumOfTerms(constant: number, terms: readonly Term[], start?: number): number {
    const { list } = this;
    const addends: number[] = start === undefined ? [] : [start];
    const products: { left: number; right: number; negative: boolean }[] = [];
    for (const term of terms) {
      const factor = this.#pairs.resultOf(this.#factorsOf(term));
      const pair = this.#pairs.pairOf(factor);
      const negative = term.coefficient < 0;
      if (pair !== undefined && this.#graph.dependsOnColumn(term.node)) {
        products.push({ left: this.#lowerFactor(pair.left), right: this.#lowerFactor(pair.right), negative });
      } else {
        const addend = this.#lowerFactor(factor);
        addends.push(negative ? list.negate(addend) : addend);
      }
    }
    if (constant !== 0) addends.push(list.number(constant));
    const positive = addends.findIndex((addend) => list.operations[addend]!.operator !== "negate");
    if (positive > 0) addends.unshift(...addends.splice(positive, 1));
    let sum = addends.length === 0 ? undefined : addends.reduce((left, right) => list.add(left, right));
    for (const { left, right, negative } of products) {
      if (sum === undefined) {
        const product = list.multiply(left, right);
        sum = negative ? list.negate(product) : product;
      } else sum = list.fma(negative ? list.negate(left) : left, right, sum);
    }
    if (sum === undefined) throw new Error("a sum without terms");
    return sum;
  }
}
