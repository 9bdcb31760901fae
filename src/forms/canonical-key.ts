import { canonicalise } from "./canonicalise.ts";
import { type Expression, expressionKey, factorsOf, termsOf } from "./expression.ts";
import { Graph, type NodeId } from "./graph.ts";

/**
 * A form as a tree of the graph's canonical form, in which parameters that occur once have lost their names, signs and units: they
 * stand for any number there.
 */
type Tree =
  | { kind: "number"; value: number }
  | { kind: "parameter"; index: number }
  | { kind: "column"; text: string }
  | { kind: "sum"; constant: number; terms: { coefficient: number; tree: Tree }[] }
  | { kind: "product"; factors: Tree[] }
  | { kind: "call"; function: string; arguments: Tree[] };

/**
 * A text that forms share which are the same family of functions, as far as it follows from the graph's canonical form: the order of
 * terms and factors, the names of parameters, and ways of writing a free number (A and exp(a), 1/s, -p, p - q) make no difference.
 * Bounds are not looked at.
 *
 * @param expression of a form; its variables are told apart by their index
 */
export function canonicalKey(expression: Expression): string {
  const graph = new Graph();
  let tree = treeOf(graph, canonicalise(graph, expression));
  for (let before = ""; ; ) {
    tree = simplified(tree, usesOf(tree));
    const now = text(tree, usesOf(tree), new Map());
    if (now === before) return named(tree);
    before = now;
  }
}

function treeOf(graph: Graph, id: NodeId): Tree {
  const node = graph.node(id);
  const of = (other: NodeId) => treeOf(graph, other);
  switch (node.kind) {
    case "sum": {
      const terms = node.terms.map(({ coefficient, node: term }) => ({ coefficient, tree: of(term) }));
      return { kind: "sum", constant: node.constant, terms };
    }
    case "product":
      return { kind: "product", factors: node.factors.map(of) };
    case "call":
      return { kind: "call", function: node.function, arguments: node.arguments.map(of) };
    case "column":
      return columnTree(graph.columns[node.index]!);
    default:
      return node;
  }
}

/** A column as a sum of what is added in it, so that ln(N*D) and ln(N) + ln(D) are the same. */
function columnTree(column: Expression): Tree {
  if (column.kind === "number") return { kind: "number", value: column.value };
  if (column.kind === "unary") return scaledTree(-1, columnTree(column.argument));
  if (column.kind === "binary" && (column.operator === "+" || column.operator === "-")) {
    return sumOf(termsOf(column).map(({ node, sign }) => ({ coefficient: sign, tree: columnTree(node) })));
  }
  if (column.kind === "call" && /^(ln|log10|log2)$/.test(column.function)) {
    const unit = { ln: 1, log10: Math.LOG10E, log2: Math.LOG2E }[column.function as "ln"]!;
    const terms = factorsOf(column.arguments[0]!).map(({ node, sign }) => logarithm(node, sign * unit));
    if (terms.every((term) => term !== undefined)) return sumOf(terms);
  }
  if (column.kind === "binary" && (column.operator === "*" || column.operator === "/")) {
    let scale = 1;
    const texts: string[] = [];
    for (const { node, sign } of factorsOf(column)) {
      const own = columnTree(node);
      const term =
        own.kind === "sum" && own.constant === 0 && own.terms.length === 1 ? own.terms[0]! : undefined;
      if (own.kind === "number") scale *= own.value ** sign;
      else if (term !== undefined) {
        scale *= term.coefficient ** sign;
        texts.push(`${text(term.tree, new Map(), new Map())}^${sign}`);
      } else texts.push(`${text(own, new Map(), new Map())}^${sign}`);
    }
    return scaledTree(scale, { kind: "column", text: texts.sort().join("*").replaceAll("^1", "") });
  }
  return { kind: "column", text: expressionKey(column) };
}

/** coefficient * ln(of); undefined where it has none, as that of a negative number. */
function logarithm(of: Expression, coefficient: number): { coefficient: number; tree: Tree } | undefined {
  if (of.kind === "binary" && of.operator === "^" && of.right.kind === "number")
    return logarithm(of.left, coefficient * of.right.value);
  if (of.kind !== "number")
    return { coefficient, tree: { kind: "column", text: `ln(${expressionKey(of)})` } };
  return of.value > 0 ? { coefficient, tree: { kind: "number", value: Math.log(of.value) } } : undefined;
}

const scaledTree = (coefficient: number, tree: Tree): Tree =>
  coefficient === 1 ? tree : sumOf([{ coefficient, tree }]);

/** A flat sum, in which equal terms are one. */
function sumOf(given: readonly { coefficient: number; tree: Tree }[], constant = 0): Tree {
  let total = constant;
  const terms = new Map<string, { coefficient: number; tree: Tree }>();
  const add = (coefficient: number, tree: Tree): void => {
    if (tree.kind === "number") total += coefficient * tree.value;
    else if (tree.kind === "sum") {
      total += coefficient * tree.constant;
      for (const term of tree.terms) add(coefficient * term.coefficient, term.tree);
    } else {
      const key = JSON.stringify(tree);
      const before = terms.get(key)?.coefficient ?? 0;
      terms.set(key, { coefficient: before + coefficient, tree });
    }
  };
  for (const { coefficient, tree } of given) add(coefficient, tree);
  const kept = [...terms.values()].filter(({ coefficient }) => coefficient !== 0);
  if (kept.length === 0) return { kind: "number", value: total };
  if (total === 0 && kept.length === 1 && kept[0]!.coefficient === 1) return kept[0]!.tree;
  return { kind: "sum", constant: total, terms: kept };
}

type Uses = ReadonlyMap<number, number>;

/** How often each parameter occurs. */
function usesOf(tree: Tree): Uses {
  const uses = new Map<number, number>();
  const visit = (node: Tree): void => {
    if (node.kind === "parameter") uses.set(node.index, (uses.get(node.index) ?? 0) + 1);
    for (const part of partsOf(node)) visit(part);
  };
  visit(tree);
  return uses;
}

function partsOf(tree: Tree): readonly Tree[] {
  if (tree.kind === "sum") return tree.terms.map((term) => term.tree);
  if (tree.kind === "product") return tree.factors;
  return tree.kind === "call" ? tree.arguments : [];
}

/** Whether no column is in it, so that it is a number once the parameters are given. */
const isConstant = (tree: Tree): boolean => tree.kind !== "column" && partsOf(tree).every(isConstant);

/** Whether it is a parameter that occurs nowhere else, which takes in every constant that it is added to or multiplied with. */
const isFree = (tree: Tree, uses: Uses): boolean => tree.kind === "parameter" && uses.get(tree.index) === 1;

function simplified(tree: Tree, uses: Uses): Tree {
  const of = (other: Tree) => simplified(other, uses);
  switch (tree.kind) {
    case "sum": {
      const sum = sumOf(
        tree.terms.map((term) => ({ ...term, tree: of(term.tree) })),
        tree.constant,
      );
      if (sum.kind !== "sum") return sum;
      const free = sum.terms.find((term) => isFree(term.tree, uses));
      // p*u takes in any multiple of u.
      const taken = new Set(sum.terms.map((term) => JSON.stringify(timesFree(term.tree, uses))));
      const terms = sum.terms
        .filter((term) => free === undefined || term === free || !isConstant(term.tree))
        .filter((term) => !taken.has(JSON.stringify(term.tree)))
        .map((term) => (holdsFree(term.tree, uses) ? { ...term, coefficient: 1 } : term));
      return sumOf(terms, free === undefined ? sum.constant : 0);
    }
    case "product":
      return productOf(tree.factors.map(of), uses);
    case "call": {
      const [first, ...others] = tree.arguments.map(of);
      if (tree.function === "log" && first?.kind === "product") {
        const terms = first.factors.map((factor) => ({ coefficient: 1, tree: logarithmOf(factor, uses) }));
        return sumOf(terms);
      }
      if (tree.function === "softplus") return softplusOf(first!);
      if (tree.function === "exp" && first?.kind === "column") return exponentialOf(first);
      if (tree.function !== "exp" || first?.kind !== "sum")
        return { ...tree, arguments: [first!, ...others] };
      // exp(a + u) is a positive number times exp(u).
      const level = first.terms.find((term) => isFree(term.tree, uses));
      if (level === undefined) return { ...tree, arguments: [first] };
      const rest = sumOf(first.terms.filter((term) => term !== level));
      if (rest.kind === "number") return level.tree;
      return { kind: "product", factors: [level.tree, { ...tree, arguments: [rest] }] };
    }
    default:
      return tree;
  }
}

/** What a free parameter is multiplied with; a parameter by itself where there is none. */
function timesFree(tree: Tree, uses: Uses): Tree {
  if (tree.kind !== "product") return { kind: "number", value: Number.NaN };
  const free = tree.factors.find((factor) => isFree(factor, uses));
  const others = tree.factors.filter((factor) => factor !== free);
  if (free === undefined || others.length === 0) return { kind: "number", value: Number.NaN };
  return others.length === 1 ? others[0]! : { kind: "product", factors: others };
}

/** ln(1 + exp(u)) as it is written. */
function softplusOf(u: Tree): Tree {
  const exponential: Tree = { kind: "call", function: "exp", arguments: [u] };
  const sum: Tree = { kind: "sum", constant: 1, terms: [{ coefficient: 1, tree: exponential }] };
  return { kind: "call", function: "log", arguments: [sum] };
}

/** exp of a column; of ln(x) it is x. */
function exponentialOf(column: Extract<Tree, { kind: "column" }>): Tree {
  const [, variable] = /^ln\((v\[\d+\])\)$/.exec(column.text) ?? [];
  return variable === undefined
    ? { kind: "call", function: "exp", arguments: [column] }
    : { kind: "column", text: variable };
}

/** The logarithm of a factor; a free number's is one too. */
function logarithmOf(factor: Tree, uses: Uses): Tree {
  if (isFree(factor, uses)) return factor;
  if (factor.kind === "call" && factor.function === "exp") return factor.arguments[0]!;
  if (factor.kind === "column") return columnLogarithm(factor.text);
  return { kind: "call", function: "log", arguments: [factor] };
}

/** The logarithm of a column: of a product of variables the sum of theirs. */
function columnLogarithm(of: string): Tree {
  const parts = Array.from(of.split("*"), (part) => /^(v\[\d+\])(?:\^(-?\d+))?$/.exec(part));
  if (!parts.every((part) => part !== null)) return { kind: "column", text: `ln(${of})` };
  return sumOf(
    parts.map(([, name, power = "1"]) => {
      return { coefficient: Number(power), tree: { kind: "column", text: `ln(${name})` } };
    }),
  );
}

/** Whether a factor of a term is a free parameter, which takes in the term's coefficient. */
const holdsFree = (tree: Tree, uses: Uses): boolean =>
  isFree(tree, uses) || (tree.kind === "product" && tree.factors.some((factor) => isFree(factor, uses)));

const ONE: Tree = { kind: "product", factors: [] };

function productOf(given: readonly Tree[], uses: Uses): Tree {
  let scale = 1;
  const flat = given.flatMap((factor): Tree[] => {
    if (factor.kind === "product") return factor.factors;
    if (factor.kind !== "sum" || factor.constant !== 0 || factor.terms.length !== 1) return [factor];
    scale *= factor.terms[0]!.coefficient;
    const { tree } = factor.terms[0]!;
    return tree.kind === "product" ? tree.factors : [tree];
  });
  const free = flat.find((factor) => isFree(factor, uses));
  const factors = joined(
    flat.filter((factor) => free === undefined || factor === free || !isConstant(factor)),
  );
  if (free !== undefined) scale = 1;
  // A number times a sum is the sum of its products: q*(s + u), where s is free, is s + q*u.
  const at = factors.findIndex((factor) => factor.kind === "sum" && !isConstant(factor));
  const others = factors.filter((_, f) => f !== at);
  if (at >= 0 && others.length > 0 && others.every(isConstant)) {
    const { terms, constant } = factors[at] as Extract<Tree, { kind: "sum" }>;
    const parts = [...terms, ...(constant === 0 ? [] : [{ coefficient: constant, tree: ONE }])];
    return sumOf(
      parts.map((term) =>
        isFree(term.tree, uses)
          ? { coefficient: 1, tree: term.tree }
          : { coefficient: scale * term.coefficient, tree: productOf([...others, term.tree], uses) },
      ),
    );
  }
  if (factors.length === 1) return scaledTree(scale, factors[0]!);
  return scaledTree(scale, { kind: "product", factors });
}

/** Factors in which variables beside an exponential are in its exponent: x*exp(u) is exp(u + ln(x)). */
function joined(factors: Tree[]): Tree[] {
  const at = factors.findIndex((factor) => factor.kind === "call" && factor.function === "exp");
  const variables = factors.filter((factor) => factor.kind === "column" && /^v\[\d+\]$/.test(factor.text));
  if (at < 0 || variables.length === 0) return factors;
  const {
    arguments: [exponent],
  } = factors[at] as Extract<Tree, { kind: "call" }>;
  const logarithms = variables.map((factor) => columnLogarithm((factor as { text: string }).text));
  const terms = [exponent!, ...logarithms].map((tree) => ({ coefficient: 1, tree }));
  const whole: Tree = { kind: "call", function: "exp", arguments: [sumOf(terms)] };
  return [...factors.filter((factor, f) => f !== at && !variables.includes(factor)), whole];
}

/** The text of a tree whose shared parameters are numbered in the order in which the text, sorted without numbers, has them. */
function named(tree: Tree): string {
  const uses = usesOf(tree);
  let numbers = new Map<number, string>();
  let before = "";
  for (let round = 0; round < 4; round++) {
    const marks = new Map([...uses.keys()].map((index) => [index, `q${numbers.get(index) ?? ""}_${index}_`]));
    const met = text(tree, uses, numbers, marks).matchAll(/_(\d+)_/g);
    const order = [...new Set(Array.from(met, ([, index]) => Number(index)))];
    numbers = new Map(order.filter((index) => uses.get(index)! > 1).map((index, i) => [index, String(i)]));
    const now = text(tree, uses, numbers);
    if (now === before) break;
    before = now;
  }
  return before;
}

/**
 * @param numbers of the shared parameters, by which parts are sorted
 * @param marks what is written of them instead
 */
function text(
  tree: Tree,
  uses: Uses,
  numbers: ReadonlyMap<number, string>,
  marks?: ReadonlyMap<number, string>,
): string {
  const shown = (part: Tree) => text(part, uses, numbers, marks);
  const sorted = (parts: readonly { tree: Tree; before: string }[], between: string): string =>
    parts
      .map(({ tree: part, before }) => ({
        order: before + text(part, uses, numbers),
        shown: before + shown(part),
      }))
      .sort((a, b) => (a.order < b.order ? -1 : Number(a.order > b.order)))
      .map((part) => part.shown)
      .join(between);
  const rounded = (value: number) => String(Number(value.toPrecision(12)));
  switch (tree.kind) {
    case "number":
      return rounded(tree.value);
    case "column":
      return tree.text;
    case "parameter":
      return uses.get(tree.index) === 1
        ? "p"
        : (marks?.get(tree.index) ?? `q${numbers.get(tree.index) ?? ""}`);
    case "product":
      return `(${sorted(
        tree.factors.map((factor) => ({ tree: factor, before: "" })),
        "*",
      )})`;
    case "sum": {
      const terms = tree.terms.map((term) => ({
        tree: term.tree,
        before: term.coefficient === 1 ? "" : `${rounded(term.coefficient)}*`,
      }));
      return `(${tree.constant === 0 ? "" : `${rounded(tree.constant)}+`}${sorted(terms, "+")})`;
    }
    case "call":
      return `${tree.function}(${tree.arguments.map(shown).join(",")})`;
  }
}
