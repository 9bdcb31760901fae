import { type Graph, type NodeId, nodeInputs, walk } from "./graph.ts";

/**
 * How a form depends on one of its parameters, given those that it is not linear in: on the parameter itself linearly, or linearly
 * on exp(parameter) or exp(-parameter).
 */
export type Linearity = "itself" | "exp" | "exp of minus";

/**
 * Which parameters a form is linear in, all of them together, once the others are given: `exp(a - alpha*ln(N)) + E` is linear in
 * exp(a) and E. Where a choice is left (`a*b`) the first parameter is taken.
 *
 * @returns one a parameter; undefined where the form is not linear in it
 */
export function findLinearity(graph: Graph, root: NodeId, parameters: number): (Linearity | undefined)[] {
  const found: (Linearity | undefined)[] = new Array(parameters).fill(undefined);
  for (let p = 0; p < parameters; p++) {
    found[p] = (["itself", "exp", "exp of minus"] as const).find((linearity) =>
      isLinear(graph, root, found.with(p, linearity)),
    );
  }
  return found;
}

/** Whether the node is a sum of the linear parameters, each times what does not depend on them, and of a rest. */
function isLinear(graph: Graph, root: NodeId, linearity: readonly (Linearity | undefined)[]): boolean {
  const free = freeNodes(graph, root, linearity);
  const checked = new Set(free);
  const go = (id: NodeId): boolean => {
    if (checked.has(id)) return true;
    checked.add(id);
    const node = graph.node(id);
    switch (node.kind) {
      case "parameter":
        return linearity[node.index] === "itself";
      case "sum":
        return node.terms.every((term) => go(term.node));
      case "product": {
        const [factor, ...others] = node.factors.filter((each) => !free.has(each));
        return others.length === 0 && go(factor!);
      }
      case "call":
        return node.function === "exp" && isLevelled(node.arguments[0]!);
      default:
        return true;
    }
  };
  /** Whether exp(exponent) is exp(p) or exp(-p), p one of the parameters, times what does not depend on them. */
  const isLevelled = (exponent: NodeId): boolean => {
    const node = graph.node(exponent);
    const terms = node.kind === "sum" ? node.terms : [{ coefficient: 1, node: exponent }];
    const [level, ...others] = terms.filter((term) => !free.has(term.node));
    const parameter = graph.node(level!.node);
    if (others.length > 0 || parameter.kind !== "parameter") return false;
    const wanted = { itself: Number.NaN, exp: 1, "exp of minus": -1 }[linearity[parameter.index]!];
    return level!.coefficient === wanted;
  };
  return go(root);
}

/** The nodes that depend on none of the linear parameters. */
function freeNodes(
  graph: Graph,
  root: NodeId,
  linearity: readonly (Linearity | undefined)[],
): ReadonlySet<NodeId> {
  const order: NodeId[] = [];
  walk(graph, [root], (_, id) => order.push(id));
  const free = new Set<NodeId>();
  // Nodes are made after their inputs.
  for (const id of order.sort((a, b) => a - b)) {
    const node = graph.node(id);
    const isBound = node.kind === "parameter" && linearity[node.index] !== undefined;
    if (!isBound && nodeInputs(node).every((input) => free.has(input))) free.add(id);
  }
  return free;
}
