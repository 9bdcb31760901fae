import type { StepBudget } from "./step-budget.ts";

/** A factor: a node of the graph (0, 1, ...), or the product of two factors, a pair (-1, -2, ...). */
type Factor = number;

/**
 * Splits many products into multiplications of two factors so that they share as many as possible: the pair that
 * saves most is multiplied once and takes its place in every product that holds it, again and again. What one call
 * of `split` has formed stays, so products given first get the best of it.
 */
export class ProductPairs {
  readonly #pairs: { left: Factor; right: Factor; perPoint: boolean }[] = [];
  readonly #perPoint: (node: number) => boolean;
  readonly #results = new Map<string, Factor>();
  readonly #known = new Map<string, Factor>();

  readonly #budget: StepBudget | undefined;

  /**
   * @param perPoint whether a node's value differs from point to point
   * @param budget pays for the pairs that are looked at. @default no limit
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

  /** The factor that stands for a whole product. */
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

  /** Multiplies what is left, what is the same at all points first. */
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
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const perPoint = this.#isPerPoint(left) || this.#isPerPoint(right);
    const pair = -this.#pairs.push({ left, right, perPoint });
    this.#known.set(key, pair);
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
      const found = pairsWithin(factors);
      this.#budget?.spend(2 * found.length);
      for (const [key, pair, times] of found) {
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
  const found: [string, [Factor, Factor], number][] = [];
  distinct.forEach((left, i) => {
    const many = multiplicity.get(left)!;
    if (many > 1) found.push([`${left}*${left}`, [left, left], Math.floor(many / 2)]);
    for (const right of distinct.slice(i + 1)) {
      found.push([ProductPairs.key([left, right]), [left, right], Math.min(many, multiplicity.get(right)!)]);
    }
  });
  return found;
}
