import type { Program } from "../../forms/program.ts";
import type { Tensor, TensorFlow } from "./tensor-flow.ts";

/** Place of element (row, column), column <= row, in a lower triangle stored by rows. */
export function triangle(row: number, column: number): number {
  return (row * (row + 1)) / 2 + column;
}

/** A pivot below this part of its diagonal element is none: float32 has rounded it away. */
const leastPivot = 1e-6;

/**
 * Solves A x = b for one small symmetric system a fit, by Cholesky's decomposition written out element by element: each
 * element is a tensor over the fits. Where a matrix is not positive definite a pivot is raised until it is, and x is a
 * shorter step that still goes downhill.
 *
 * @param matrix lower triangle by rows, elements [fits]; the diagonal must be positive
 * @param right elements [fits]
 * @returns x, elements [fits]
 */
export function solvePositiveDefinite(
  tf: TensorFlow,
  matrix: readonly Tensor[],
  right: readonly Tensor[],
): Tensor[] {
  const size = right.length;
  const least = tf.scalar(leastPivot);
  const factor: Tensor[] = [];
  const inverse: Tensor[] = [];
  /** element - sum of a_k * b_k, k < end */
  const less = (element: Tensor, end: number, a: (k: number) => Tensor, b: (k: number) => Tensor): Tensor => {
    let rest = element;
    for (let k = 0; k < end; k++) rest = tf.sub(rest, tf.mul(a(k), b(k)));
    return rest;
  };
  const row = (i: number) => (k: number) => factor[triangle(i, k)]!;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const rest = less(matrix[triangle(i, j)]!, j, row(i), row(j));
      factor[triangle(i, j)] = tf.mul(rest, inverse[j]!);
    }
    const diagonal = matrix[triangle(i, i)]!;
    const pivot = less(diagonal, i, row(i), row(i));
    inverse[i] = tf.rsqrt(i === 0 ? pivot : tf.maximum(pivot, tf.mul(diagonal, least)));
  }
  const x: Tensor[] = [];
  for (let i = 0; i < size; i++) {
    x[i] = tf.mul(
      less(right[i]!, i, row(i), (k) => x[k]!),
      inverse[i]!,
    );
  }
  for (let i = size - 1; i >= 0; i--) {
    let rest = x[i]!;
    for (let k = i + 1; k < size; k++) rest = tf.sub(rest, tf.mul(factor[triangle(k, i)]!, x[k]!));
    x[i] = tf.mul(rest, inverse[i]!);
  }
  return x;
}

/** Which parameters the form is linear in, each and together with the linear ones before it. */
export function linearParameters({ operations, gradient, hessian }: Program): boolean[] {
  const isCurved = (i: number, j: number): boolean => {
    const { operator, value } = operations[hessian[triangle(i, j)]!]!;
    return operator !== "number" || value !== 0;
  };
  const linear: boolean[] = [];
  for (let i = 0; i < gradient.length; i++) {
    linear[i] = !isCurved(i, i) && !linear.some((isLinear, j) => isLinear && isCurved(i, j));
  }
  return linear;
}
