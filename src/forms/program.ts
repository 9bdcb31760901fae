import { differentiator } from "./differentiate.ts";
import type { Expression } from "./expression.ts";
import { type Graph, type NodeId, walk } from "./graph.ts";
import { Lowering } from "./lowering.ts";
import type { Operation, Operator } from "./operations.ts";

/** A form as straight-line code: value, gradient and second derivatives share one list of operations. */
export interface Program {
  readonly parameters: number;
  /** Expressions of the variables alone, computed by the host once per point. */
  readonly columns: readonly Expression[];
  readonly operations: readonly Operation[];
  /** Positions in `operations`. */
  readonly value: number;
  readonly gradient: readonly number[];
  /** Second derivatives, lower triangle by rows: h[i*(i+1)/2 + j], j <= i. */
  readonly hessian: readonly number[];
  /** Operations that depend on the parameters alone and are used where columns are: computed once a step. */
  readonly shared: readonly number[];
}

/** Differentiates the node `root` of a graph twice with respect to its parameters and lowers all to operations. */
export function buildProgram(graph: Graph, root: NodeId, parameters: number): Program {
  const derivative = differentiator(graph);
  const indices = Array.from({ length: parameters }, (_, i) => i);
  const gradient = indices.map((i) => derivative(root, i));
  const hessian = indices.flatMap((i) => indices.slice(0, i + 1).map((j) => derivative(gradient[i]!, j)));
  const columns = usedColumns(graph, root);
  const lowering = new Lowering(graph, columns);
  // The gradient is computed far more often than the second derivatives: its products are split first.
  lowering.prepareProducts([root, ...gradient]);
  lowering.prepareProducts(hessian);
  const lowered = [root, ...gradient, ...hessian].map((id) => lowering.lower(id));
  const { operations } = lowering.list;
  return {
    parameters,
    columns: columns.map((index) => graph.columns[index]!),
    operations,
    value: lowered[0]!,
    gradient: lowered.slice(1, 1 + parameters),
    hessian: lowered.slice(1 + parameters),
    shared: sharedOperations(operations, lowered),
  };
}

/**
 * Positions of the operations that some roots need, themselves included, in order of computation.
 *
 * @param given positions of the operations whose values are there already: what they need is left out. @default none
 */
export function neededFor(
  operations: readonly Operation[],
  roots: readonly number[],
  given?: { has(position: number): boolean },
): number[] {
  const isNeeded = new Uint8Array(operations.length);
  for (const root of roots) isNeeded[root] = 1;
  const needed: number[] = [];
  // Inputs come before the operations that use them.
  for (let position = operations.length - 1; position >= 0; position--) {
    if (isNeeded[position] === 0) continue;
    needed.push(position);
    if (given?.has(position)) continue;
    for (const input of operations[position]!.inputs) isNeeded[input] = 1;
  }
  return needed.reverse();
}

/** One step of a computation: an operation, and what carries it out there. */
export interface Step {
  position: number;
  /** A sigmoid beside the softplus of the same argument shares what both compute (kernels/math.hpp). */
  operator: Operator | "sigmoid_beside_softplus";
}

/**
 * The steps that compute some roots, in order.
 *
 * @param given positions of the operations whose values are there already
 */
export function stepsTo(
  operations: readonly Operation[],
  roots: readonly number[],
  given: { has(position: number): boolean },
): Step[] {
  const needed = neededFor(operations, roots, given);
  const softplusOf = new Set<number>();
  for (const position of needed) {
    const { operator, inputs } = operations[position]!;
    if (operator === "softplus" && !given.has(position)) softplusOf.add(inputs[0]!);
  }
  const steps: Step[] = [];
  for (const position of needed) {
    if (given.has(position)) continue;
    const { operator, inputs } = operations[position]!;
    const isBeside = operator === "sigmoid" && softplusOf.has(inputs[0]!);
    steps.push({ position, operator: isBeside ? "sigmoid_beside_softplus" : operator });
  }
  return steps;
}

/**
 * Positions of the operations that depend on the parameters alone and are used together with columns, or are requested: computed
 * once a step.
 */
export function sharedOperations(operations: readonly Operation[], roots: readonly number[]): number[] {
  const shared = new Set<number>();
  const use = (position: number): void => {
    const { operator, inputs, perPoint } = operations[position]!;
    if (perPoint || operator === "number" || operator === "parameter") return;
    if (operator === "negate") use(inputs[0]!);
    else shared.add(position);
  };
  for (const position of neededFor(operations, roots)) {
    if (operations[position]!.perPoint) operations[position]!.inputs.forEach(use);
  }
  roots.forEach(use);
  return [...shared].sort((a, b) => a - b);
}

/** Raw indices of the columns that the root needs, in the order in which they are met. */
export function usedColumns(graph: Graph, root: NodeId): number[] {
  const columns = new Set<number>();
  walk(graph, [root], (node) => {
    if (node.kind === "column") columns.add(node.index);
  });
  return [...columns];
}
