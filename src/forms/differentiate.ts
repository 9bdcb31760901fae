import type { Graph, GraphFunction, NodeId } from "./graph.ts";

type Rule = (graph: Graph, node: NodeId, args: readonly NodeId[]) => NodeId[];

const onePlus = (graph: Graph, sign: 1 | -1, id: NodeId): NodeId =>
  graph.sum(1, [{ coefficient: sign, node: id }]);

/** Weight of the first argument of max: 1 where it is the larger, 0 where the smaller, 1/2 at a tie. */
function firstIsLarger(graph: Graph, args: readonly NodeId[]): NodeId {
  const difference = graph.sum(0, [
    { coefficient: 1, node: args[0]! },
    { coefficient: -1, node: args[1]! },
  ]);
  return graph.sum(0.5, [{ coefficient: 0.5, node: graph.call("sign", difference) }]);
}

/**
 * Partial derivatives of each function with respect to its arguments. Those of the saturating functions are written
 * with the function itself, so they are finite wherever it is.
 */
const rules: Record<GraphFunction, Rule> = {
  exp: (_, node) => [node],
  log: (graph, _, [u]) => [graph.call("reciprocal", u!)],
  sqrt: (graph, node) => [graph.product(0.5, [graph.call("reciprocal", node)])],
  abs: (graph, _, [u]) => [graph.call("sign", u!)],
  sign: (graph) => [graph.number(0)],
  max: (graph, _, args) => {
    const weight = firstIsLarger(graph, args);
    return [weight, onePlus(graph, -1, weight)];
  },
  min: (graph, _, args) => {
    const weight = firstIsLarger(graph, args);
    return [onePlus(graph, -1, weight), weight];
  },
  relu: (graph, _, [u]) => [graph.call("step", u!)],
  step: (graph) => [graph.number(0)],
  sin: (graph, _, [u]) => [graph.call("cos", u!)],
  cos: (graph, _, [u]) => [graph.negate(graph.call("sin", u!))],
  atan: (graph, _, [u]) => [graph.call("reciprocal", onePlus(graph, 1, graph.product(1, [u!, u!])))],
  tanh: (graph, node) => [onePlus(graph, -1, graph.product(1, [node, node]))],
  sigmoid: (graph, _, [u]) => [graph.call("sigmoid_slope", u!)],
  sigmoid_slope: (graph, _, [u]) => [graph.call("sigmoid_curvature", u!)],
  sigmoid_curvature: (graph, _, [u]) => {
    const slope = graph.call("sigmoid_slope", u!);
    return [graph.product(1, [slope, graph.sum(1, [{ coefficient: -6, node: slope }])])];
  },
  softplus: (graph, _, [u]) => [graph.call("sigmoid", u!)],
  log_sigmoid: (graph, _, [u]) => [graph.call("sigmoid", graph.negate(u!))],
  reciprocal: (graph, node) => [graph.product(-1, [node, node])],
  whole: (graph) => [graph.number(1)],
};

/** A function that gives the node of d node / d parameter; results are cached. */
export function differentiator(graph: Graph): (node: NodeId, parameter: number) => NodeId {
  /** Derivatives of each parameter, by node. */
  const derivatives: Map<NodeId, NodeId>[] = [];
  const zero = graph.number(0);

  const derivative = (id: NodeId, parameter: number): NodeId => {
    graph.budget?.spend(1);
    if (!graph.dependsOnParameter(id)) return zero;
    derivatives[parameter] ??= new Map();
    const before = derivatives[parameter].get(id);
    if (before !== undefined) return before;
    const result = compute(id, parameter);
    derivatives[parameter].set(id, result);
    return result;
  };

  const compute = (id: NodeId, parameter: number): NodeId => {
    const node = graph.node(id);
    switch (node.kind) {
      case "number":
      case "column":
        return zero;
      case "parameter":
        return graph.number(node.index === parameter ? 1 : 0);
      case "sum":
        return graph.sum(
          0,
          node.terms.map((term) => ({
            coefficient: term.coefficient,
            node: derivative(term.node, parameter),
          })),
        );
      case "product": {
        // Equal factors give equal terms.
        const terms = new Map<NodeId, NodeId>();
        node.factors.forEach((factor, at) => {
          if (terms.has(factor)) return;
          terms.set(factor, graph.product(1, node.factors.with(at, derivative(factor, parameter))));
        });
        return graph.sum(
          0,
          node.factors.map((factor) => ({ coefficient: 1, node: terms.get(factor)! })),
        );
      }
      case "call": {
        const inner = node.arguments.map((argument) => derivative(argument, parameter));
        if (inner.every((d) => d === zero)) return zero;
        const outer = rules[node.function](graph, id, node.arguments);
        return graph.sum(
          0,
          inner.map((d, i) => ({ coefficient: 1, node: graph.product(1, [outer[i]!, d]) })),
        );
      }
    }
  };
  return derivative;
}
