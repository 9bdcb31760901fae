import { isLogarithmOfBase } from "./canonicalise.ts";
import type { LogTerm } from "./form.ts";
import { type Graph, type NodeId, nodeInputs, walk } from "./graph.ts";

/** A candidate: the term's node, its exponent's, and the products in that. */
interface Candidate {
  /** The node exp(u). */
  value: NodeId;
  exponent: NodeId;
  term: LogTerm;
  products: NodeId[];
}

/** The log-terms of a form, and the offset that is added to them. */
export interface LogTerms {
  terms: LogTerm[];
  /** Index of the parameter that is added to the sum of all the terms and occurs nowhere else, if there is one. */
  offset: number | undefined;
}

/**
 * The terms exp(u) with u = level + sum of slopes * columns, each with coefficient +1 or -1.
 *
 * The solver shifts such columns to their mean and moves the shift into the level. That keeps the form's value only
 * if the level occurs nowhere else and the columns occur only in such terms; other terms are left out.
 *
 * `columns`: raw indices of the graph's columns, in the order of the form's.
 */
export function findLogTerms(graph: Graph, root: NodeId, columns: readonly number[]): LogTerms {
  const parents = new Map<NodeId, Set<NodeId>>();
  let candidates: Candidate[] = [];
  walk(graph, [root], (node, id) => {
    for (const input of nodeInputs(node)) parents.set(input, (parents.get(input) ?? new Set()).add(id));
    if (node.kind !== "call" || node.function !== "exp") return;
    const candidate = readExponent(graph, id, node.arguments[0]!, columns);
    if (candidate !== undefined) candidates.push(candidate);
  });
  const standsOnlyIn = (id: NodeId, places: readonly NodeId[]): boolean =>
    [...(parents.get(id) ?? [])].every((parent) => places.includes(parent));
  for (;;) {
    const exponents = candidates.map((candidate) => candidate.exponent);
    const products = candidates.flatMap((candidate) => candidate.products);
    const kept = candidates.filter(
      ({ exponent, term, products: factors }) =>
        standsOnlyIn(graph.parameter(term.level), [exponent]) &&
        factors.every((product) => standsOnlyIn(product, exponents)) &&
        term.slopes.every((slope) => standsOnlyIn(columnNode(graph, columns[slope.column]!), products)),
    );
    if (kept.length === candidates.length) {
      const values = kept.map((candidate) => candidate.value);
      return { terms: kept.map((candidate) => candidate.term), offset: findOffset(graph, values, parents) };
    }
    candidates = kept;
  }
}

function findOffset(
  graph: Graph,
  values: readonly NodeId[],
  parents: ReadonlyMap<NodeId, ReadonlySet<NodeId>>,
): number | undefined {
  const [sumId, ...others] = new Set(values.flatMap((value) => [...(parents.get(value) ?? [])]));
  const sum = sumId === undefined ? undefined : graph.node(sumId);
  if (sum?.kind !== "sum" || others.length > 0) return undefined;
  const coefficientOf = new Map(sum.terms.map(({ coefficient, node }) => [node, coefficient]));
  if (values.some((value) => coefficientOf.get(value) !== 1)) return undefined;
  for (const { coefficient, node: id } of sum.terms) {
    const node = graph.node(id);
    if (node.kind === "parameter" && coefficient === 1 && parents.get(id)?.size === 1) return node.index;
  }
  return undefined;
}

function columnNode(graph: Graph, raw: number): NodeId {
  return graph.column(graph.columns[raw]!);
}

function readExponent(
  graph: Graph,
  value: NodeId,
  exponent: NodeId,
  columns: readonly number[],
): Candidate | undefined {
  const sum = graph.node(exponent);
  if (sum.kind !== "sum" || sum.constant !== 0) return undefined;
  const levels: { level: number; levelSign: 1 | -1 }[] = [];
  const slopes: LogTerm["slopes"] = [];
  const products: NodeId[] = [];
  for (const { coefficient, node: id } of sum.terms) {
    if (coefficient !== 1 && coefficient !== -1) return undefined;
    const node = graph.node(id);
    if (node.kind === "parameter") levels.push({ level: node.index, levelSign: coefficient });
    else if (node.kind === "product" && node.factors.length === 2) {
      const factors = node.factors.map((factor) => graph.node(factor));
      const parameter = factors.find((factor) => factor.kind === "parameter");
      const column = factors.find((factor) => factor.kind === "column");
      if (!parameter || !column || isLogarithmOfBase(graph.columns[column.index]!)) return undefined;
      slopes.push({ parameter: parameter.index, column: columns.indexOf(column.index), sign: coefficient });
      products.push(id);
    } else return undefined;
  }
  const [level] = levels;
  if (level === undefined || levels.length > 1 || slopes.length === 0) return undefined;
  return { value, exponent, term: { ...level, slopes }, products };
}
