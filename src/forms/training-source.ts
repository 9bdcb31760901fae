import { differentiator } from "./differentiate.ts";
import { variable } from "./expression.ts";
import type { Graph, NodeId } from "./graph.ts";
import { isInline, operationText, writeMethod } from "./kernel-source.ts";
import { Lowering } from "./lowering.ts";
import { neededFor, sharedOperations, usedColumns } from "./program.ts";

/**
 * Text of the C++ struct `LawfitForm` that kernels are trained with (see kernels/form.md): the form's value, and its
 * gradient times a number that depends on the value, added to sums. One method does both, so that what they share is computed
 * once; and the number goes into the common factors of the gradient, not into each of its elements. No second derivatives.
 *
 * @param variables number of the form's variables
 */
export function trainingSource(graph: Graph, root: NodeId, parameters: number, variables: number): string {
  // What is not the form's stands in the graph as columns of its own: the number, and the sums before this point.
  const own = (index: number): NodeId => graph.column(variable(variables + index));
  const seed = own(0);
  const derivative = differentiator(graph);
  const sums = Array.from({ length: parameters }, (_, i) => {
    const slope = graph.product(1, [seed, derivative(root, i)]);
    return graph.sum(0, [
      { coefficient: 1, node: own(1 + i) },
      { coefficient: 1, node: slope },
    ]);
  });
  const columns = usedColumns(graph, root);
  const rawOf = (id: NodeId): number => {
    const node = graph.node(id);
    if (node.kind !== "column") throw new Error(`unreachable: node ${id} is no column`);
    return node.index;
  };
  const owned = Array.from({ length: 1 + parameters }, (_, index) => rawOf(own(index)));
  const lowering = new Lowering(graph, [...columns, ...owned]);
  lowering.prepareProducts([root, ...sums]);
  const value = lowering.lower(root);
  const outputs = sums.map((id) => lowering.lower(id));
  const { operations } = lowering.list;
  const shared = sharedOperations(operations, [value, ...outputs]);
  const prepared = shared.map((position, i) => ({ target: `s[${i}]`, position }));

  const names = new Map<number, string>(shared.map((position, i) => [position, `s[${i}]`]));
  operations.forEach(({ operator, value: column }, position) => {
    if (operator !== "column" || column < columns.length) return;
    names.set(position, column === columns.length ? "slope" : `g[${column - columns.length - 1}]`);
  });
  const cut = operations.map((operation, i) => (names.has(i) ? { ...operation, inputs: [] } : operation));
  const lines: string[] = [];
  const write = (roots: readonly number[]): void => {
    for (const position of neededFor(cut, roots)) {
      if (names.has(position)) continue;
      const text = operationText(operations[position]!, names);
      if (isInline(operations[position]!)) names.set(position, text);
      else {
        const name = `t${lines.length}`;
        names.set(position, name);
        lines.push(`    const V ${name} = ${text};`);
      }
    }
  };
  write([value]);
  lines.push(`    const V slope = slope_at(${names.get(value)});`);
  write(outputs);
  outputs.forEach((position, i) => {
    lines.push(`    g[${i}] = ${names.get(position)};`);
  });
  const body = lines.join("\n");
  const argument = (name: string): string => (body.includes(`${name}[`) ? `const V* ${name}` : "const V*");
  return [
    "struct LawfitForm {",
    `  static constexpr int parameters = ${parameters};`,
    `  static constexpr int columns = ${columns.length};`,
    `  static constexpr int shared = ${shared.length};`,
    "  static constexpr int terms = 0;",
    "",
    ...writeMethod(operations, "void", "prepare", ["p"], ["s"], prepared),
    "",
    `  template <class V, class SlopeAt> LF_INLINE static void descend(${["p", "s", "x"].map(argument).join(", ")}, const SlopeAt& slope_at, V* g) {`,
    body,
    "  }",
    "};",
    "",
  ].join("\n");
}
