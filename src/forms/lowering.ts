import { type Graph, type GraphNode, type NodeId, type StepBudget, type Term, walk } from "./graph.ts";
import { OperationList } from "./operations.ts";

/** A factor: a node of the graph (0, 1, ...), or the product of two factors, a pair (-1, -2, ...). */
type Factor = number;

/**
 * Splits many products into multiplications of two factors so that they share as many as possible: the pair that
 * saves most is multiplied once and replaces its factors in every product that has both, repeatedly. Pairs that one call
 * of `split` has formed are kept, so the products of the first call are split best.
 */
export class ProductPairs {
  readonly #pairs: { left: Factor; right: Factor; perPoint: boolean }[] = [];
  readonly #perPoint: (node: number) => boolean;
  readonly #results = new Map<string, Factor>();
  readonly #factorOf = new Map<string, Factor>();

  readonly #budget: StepBudget | undefined;

  /**
   * @param perPoint whether a node's value differs from point to point
   * @param budget counts the pairs that are examined. @default no limit
   */
  constructor(perPoint: (node: number) => boolean, budget?: StepBudget) {
    this.#perPoint = perPoint;
    this.#budget = budget;
  }

  static key(factors: readonly Factor[]): string {
    return [...factors].sort((a, b) => a - b).join("*");
  }

  /** The two factors of a product that `split` has seen, each a node or again a pair. */
  pairOf(factor: Factor): { left: Factor; right: Factor } | undefined {
    return this.#pairs[-1 - factor];
  }

  /** The factor that represents a whole product. */
  resultOf(factors: readonly Factor[]): Factor {
    const result = factors.length === 1 ? factors[0] : this.#results.get(ProductPairs.key(factors));
    if (result === undefined) throw new Error(`product ${factors.join("*")} was not given to split`);
    return result;
  }

  split(products: readonly (readonly Factor[])[]): void {
    const open = new Map<string, Factor[]>();
    for (const factors of products) {
      const key = ProductPairs.key(factors);
      if (factors.length > 1 && !this.#results.has(key)) open.set(key, [...factors]);
    }
    const lists = [...open.values()];
    this.#pairs.forEach((_, i) => {
      this.#replace(lists, -1 - i);
    });
    for (let best = this.#bestPair(lists); best !== undefined; best = this.#bestPair(lists)) {
      this.#replace(lists, this.#add(best[0], best[1]));
    }
    for (const [key, factors] of open) this.#results.set(key, this.#chain(factors));
  }

  /** Multiplies the remaining factors, those that are the same at all points first. */
  #chain(factors: Factor[]): Factor {
    const ordered = [
      ...factors.filter((factor) => !this.#isPerPoint(factor)),
      ...factors.filter((factor) => this.#isPerPoint(factor)),
    ];
    return ordered.reduce((left, right) => this.#add(left, right));
  }

  #isPerPoint(factor: Factor): boolean {
    return this.#pairs[-1 - factor]?.perPoint ?? this.#perPoint(factor);
  }

  #add(left: Factor, right: Factor): Factor {
    const key = ProductPairs.key([left, right]);
    const before = this.#factorOf.get(key);
    if (before !== undefined) return before;
    const perPoint = this.#isPerPoint(left) || this.#isPerPoint(right);
    const pair = -this.#pairs.push({ left, right, perPoint });
    this.#factorOf.set(key, pair);
    return pair;
  }

  #replace(lists: readonly Factor[][], pairFactor: Factor): void {
    const { left, right } = this.pairOf(pairFactor)!;
    for (const factors of lists) {
      for (;;) {
        this.#budget?.spend(1 + (factors.length >> 5));
        const i = factors.indexOf(left);
        const j = left === right ? factors.indexOf(right, i + 1) : factors.indexOf(right);
        if (i < 0 || j < 0) break;
        factors[Math.min(i, j)] = pairFactor;
        factors.splice(Math.max(i, j), 1);
      }
    }
  }

  /** The pair that saves most multiplications; a product outside the loop over points costs nothing. */
  #bestPair(lists: readonly Factor[][]): [Factor, Factor] | undefined {
    const counts = new Map<string, { pair: [Factor, Factor]; count: number }>();
    for (const factors of lists) {
      const pairs = pairsWithin(factors);
      this.#budget?.spend(2 * pairs.length);
      for (const [key, pair, times] of pairs) {
        const entry = counts.get(key) ?? { pair, count: 0 };
        entry.count += times;
        counts.set(key, entry);
      }
    }
    let best: [Factor, Factor] | undefined;
    let most = 0;
    for (const { pair, count } of counts.values()) {
      const saved = this.#isPerPoint(pair[0]) || this.#isPerPoint(pair[1]) ? count - 1 : count;
      if (saved > most) {
        most = saved;
        best = pair;
      }
    }
    return best;
  }
}

/** Every distinct pair of factors in one product, in order, and how often it fits. */
function pairsWithin(factors: readonly Factor[]): [key: string, pair: [Factor, Factor], times: number][] {
  const multiplicity = new Map<Factor, number>();
  for (const factor of factors) multiplicity.set(factor, (multiplicity.get(factor) ?? 0) + 1);
  const distinct = [...multiplicity.keys()];
  const pairs: [string, [Factor, Factor], number][] = [];
  distinct.forEach((left, i) => {
    const many = multiplicity.get(left)!;
    if (many > 1) pairs.push([`${left}*${left}`, [left, left], Math.floor(many / 2)]);
    for (const right of distinct.slice(i + 1)) {
      pairs.push([ProductPairs.key([left, right]), [left, right], Math.min(many, multiplicity.get(right)!)]);
    }
  });
  return pairs;
}

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

  /** Collects the products below the roots, so that they are split together. */
  prepareProducts(roots: readonly NodeId[]): void {
    const products: (readonly NodeId[])[] = [];
    walk(this.#graph, roots, (node) => {
      if (node.kind === "product") products.push(node.factors);
      if (node.kind === "sum") for (const term of node.terms) products.push(this.#factorsOf(term));
    });
    this.#pairs.split(products);
  }

  lower(id: NodeId): number {
    const before = this.#done.get(id);
    if (before !== undefined) return before;
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
    const unity = list.number(1);
    const [u] = node.arguments as [NodeId];
    switch (node.function) {
      case "sigmoid_slope": {
        const s = this.lower(this.#graph.call("sigmoid", u));
        return list.multiply(s, list.subtract(unity, s));
      }
      case "sigmoid_curvature": {
        const s = this.lower(this.#graph.call("sigmoid", u));
        const slope = this.lower(this.#graph.call("sigmoid_slope", u));
        return list.multiply(slope, list.fma(list.number(-2), s, unity));
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
    // Terms that are the same at all points are summed outside the loop over points.
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
