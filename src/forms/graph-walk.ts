import type { Graph, GraphNode, NodeId } from "./graph.ts";

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
