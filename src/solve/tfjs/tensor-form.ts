import { neededFor, type Program } from "../../forms/program.ts";
import { type InnerOperator, tensorOperators } from "./operators.ts";
import type { Tensor, TensorFlow } from "./tensor-flow.ts";

/** A form's value and gradient at the points of many fits at once, float32. */
export interface TensorValue {
  /** [fits, points] */
  value: Tensor;
  /** By each parameter, [fits, points]; undefined where it is 0 everywhere. */
  gradient: (Tensor | undefined)[];
}

/**
 * A form's program as tensor operations. What depends on parameters alone is computed over [fits] and spread over the points
 * where it meets a column, so that both sides of every operation have one shape: not every device broadcasts, or does it fast.
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
    let wide = spread.get(position);
    if (wide === undefined) {
      // Of numbers alone: a scalar.
      wide = result.rank === 0 ? result : spreadOver(tf, result, ones);
      spread.set(position, wide);
    }
    return wide;
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

/** One number a fit, at each of its points. No matrix product: some GPUs round what they multiply there to 10 bits. */
export function spreadOver(tf: TensorFlow, values: Tensor, ones: Tensor): Tensor {
  return tf.mul(tf.reshape(values, [-1, 1]), ones);
}

function applied(tf: TensorFlow, operator: InnerOperator, [a, b, c]: readonly Tensor[]): Tensor {
  return tensorOperators[operator](tf, a!, b!, c!);
}
