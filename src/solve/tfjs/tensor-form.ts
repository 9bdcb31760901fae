import { getOrInsert } from "../../collections.ts";
import type { KernelFunction } from "../../forms/operations.ts";
import { neededFor, type Program } from "../../forms/program.ts";
import type { Tensor, TensorFlow } from "./devices.ts";
import { triangle } from "./step.ts";

/** An operation of a form's program on tensors of one shape. */
type TensorOperator = (tf: TensorFlow, a: Tensor, b: Tensor, c: Tensor) => Tensor;

/** An operation that takes inputs. */
type InnerOperator = "negate" | "add" | "subtract" | "multiply" | "fma" | "reciprocal" | KernelFunction;

/** Functions that have the same name in TensorFlow.js. */
const sameNames = [
  "exp",
  "log",
  "sqrt",
  "abs",
  "sign",
  "relu",
  "step",
  "sin",
  "cos",
  "atan",
  "tanh",
  "sigmoid",
  "softplus",
] as const satisfies readonly KernelFunction[];

type SameName = (typeof sameNames)[number];

/** The other operations of a program, as operations of TensorFlow.js that all devices have. */
const otherOperators: Readonly<Record<Exclude<InnerOperator, SameName>, TensorOperator>> = {
  negate: (tf, a) => tf.neg(a),
  add: (tf, a, b) => tf.add(a, b),
  subtract: (tf, a, b) => tf.sub(a, b),
  multiply: (tf, a, b) => tf.mul(a, b),
  fma: (tf, a, b, c) => tf.add(tf.mul(a, b), c),
  reciprocal: (tf, a) => tf.reciprocal(a),
  min: (tf, a, b) => tf.minimum(a, b),
  max: (tf, a, b) => tf.maximum(a, b),
  log_sigmoid: (tf, a) => tf.neg(tf.softplus(tf.neg(a))),
};

/** Value and gradient of a form at the points of many fits, float32. */
interface TensorValue {
  /** [fits, points] */
  value: Tensor;
  /** Derivative by each parameter, [fits, points]; undefined where it is 0 everywhere. */
  gradient: (Tensor | undefined)[];
}

/**
 * Evaluates the program of a form by tensor operations. Values that only depend on parameters are computed over [fits] and spread over
 * the points where they meet a column, so that both sides of every operation have one shape: not every device broadcasts, or does
 * it fast.
 *
 * @param parameters each [fits]
 * @param columns each [fits, points]
 * @param ones [1, points]
 */
export function tensorValue(
  tf: TensorFlow,
  { operations, value, gradient }: Program,
  parameters: readonly Tensor[],
  columns: readonly Tensor[],
  ones: Tensor,
): TensorValue {
  const results = new Map<number, Tensor>();
  const spread = new Map<number, Tensor>();
  /** [fits, points], or a scalar of a number. */
  const overPoints = (position: number): Tensor => {
    const result = results.get(position)!;
    const { operator, perPoint } = operations[position]!;
    if (perPoint || operator === "number") return result;
    // Of numbers alone: a scalar.
    return getOrInsert(spread, position, () => (result.rank === 0 ? result : spreadOver(tf, result, ones)));
  };
  for (const position of neededFor(operations, [value, ...gradient])) {
    const operation = operations[position]!;
    const { operator, inputs, perPoint } = operation;
    results.set(
      position,
      operator === "number"
        ? tf.scalar(operation.value)
        : operator === "parameter"
          ? parameters[operation.value]!
          : operator === "column"
            ? columns[operation.value]!
            : applied(
                tf,
                operator,
                inputs.map((input) => (perPoint ? overPoints(input) : results.get(input)!)),
              ),
    );
  }
  const zeros = (): Tensor => spreadOver(tf, tf.zerosLike(parameters[0]!), ones);
  const full = (position: number): Tensor => {
    const result = overPoints(position);
    return result.rank === 0 ? tf.add(zeros(), result) : result;
  };
  return {
    value: full(value),
    gradient: gradient.map((position) => {
      const { operator, value: number } = operations[position]!;
      return operator === "number" && number === 0 ? undefined : full(position);
    }),
  };
}

/** Repeats a number of each fit at its points. A matrix product would not do: some GPUs round its factors to 10 bits. */
function spreadOver(tf: TensorFlow, values: Tensor, ones: Tensor): Tensor {
  return tf.mul(tf.reshape(values, [-1, 1]), ones);
}

function applied(tf: TensorFlow, operator: InnerOperator, [a, b, c]: readonly Tensor[]): Tensor {
  return hasSameName(operator) ? tf[operator](a!) : otherOperators[operator](tf, a!, b!, c!);
}

function hasSameName(operator: InnerOperator): operator is SameName {
  return (sameNames as readonly string[]).includes(operator);
}

/** Objective, gradient and matrix of the step at the parameters of every fit; each [fits]. */
export interface Quadratic {
  /** Not finite where a prediction is not finite, or not positive where its logarithm is taken. */
  objective: Tensor;
  gradient: Tensor[];
  /** Lower triangle by rows of sum w min(1, delta/|r|) J J', w of the residual's side: lies above the loss everywhere. */
  matrix: Tensor[];
}

/** The points of every fit, each [fits, points]. */
interface PointTensors {
  response: Tensor;
  weight: Tensor;
  /** [fits]: 1 over what residuals are divided by, so that Huber's threshold is 1. */
  inverseScale: Tensor;
  /** What residuals are multiplied by; undefined where that is 1. */
  unit: Tensor | undefined;
  /** [fits]: what the loss is multiplied by above 0 and below; undefined where both are 1. */
  sides: { over: Tensor; under: Tensor } | undefined;
}

/** The objective F = sum of w rho(r / scale) of every fit, its gradient, and the matrix of the step (docs/solver.md). */
export function quadraticAt(
  tf: TensorFlow,
  { value, gradient }: TensorValue,
  { response, weight: even, inverseScale, unit, sides }: PointTensors,
  { logResidual, robust }: { logResidual: boolean; robust: boolean },
  ones: Tensor,
): Quadratic {
  const overPoints = (x: Tensor): Tensor => tf.sum(x, 1);
  const spread = spreadOver(tf, inverseScale, ones);
  const wideScale = unit ? tf.mul(spread, unit) : spread;
  const residual = tf.mul(tf.sub(logResidual ? tf.log(value) : value, response), wideScale);
  const weight = sides ? tf.mul(even, sideOf(tf, sides, residual, ones)) : even;
  const size = robust ? tf.abs(residual) : residual;
  const clamped = robust ? tf.clipByValue(residual, -1, 1) : residual;
  const slope = tf.mul(weight, clamped);
  // rho = rho'*(r - rho'/2): inside r^2/2, outside |r| - 1/2
  const objective = overPoints(tf.mul(slope, tf.sub(residual, tf.mul(clamped, tf.scalar(0.5)))));
  const curvature = robust ? tf.div(weight, tf.clipByValue(size, 1, 3e38)) : weight;
  // d r / d p = inner * d f / d p
  const inner = logResidual ? tf.div(wideScale, value) : wideScale;
  const jacobian = gradient.map((g) => g && tf.mul(g, inner));
  const weighed = jacobian.map((g) => g && tf.mul(g, curvature));
  const zero = tf.zerosLike(inverseScale);
  const matrix: Tensor[] = [];
  jacobian.forEach((left, i) => {
    for (let j = 0; j <= i; j++) {
      const right = weighed[j];
      matrix[triangle(i, j)] = left && right ? overPoints(tf.mul(left, right)) : zero;
    }
  });
  return { objective, gradient: jacobian.map((g) => (g ? overPoints(tf.mul(g, slope)) : zero)), matrix };
}

/** What the loss of residuals is multiplied by, each on its side. */
function sideOf(
  tf: TensorFlow,
  { over, under }: { over: Tensor; under: Tensor },
  residual: Tensor,
  ones: Tensor,
): Tensor {
  const more = spreadOver(tf, tf.sub(over, under), ones);
  return tf.add(spreadOver(tf, under, ones), tf.mul(more, tf.step(residual)));
}
