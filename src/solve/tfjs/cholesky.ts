import type { Tensor, TensorFlow } from "./tensor-flow.ts";

/** Place of element (row, column), column <= row, in a lower triangle stored by rows. */
export function triangle(row: number, column: number): number {
  return (row * (row + 1)) / 2 + column;
}

/** Pivots of a matrix of unit diagonal below this are no pivots: float32 has rounded them away. */
const leastPivot = 1e-6;

/**
 * Solves A x = b for one small symmetric system a fit, by Cholesky's decomposition written out element by element: each
 * element is a tensor over the fits. The matrices are scaled to a unit diagonal first. Where one is not positive definite
 * a pivot is raised until it is, and x is a shorter step that still goes downhill.
 *
 * @param matrix lower triangle by rows, elements [fits, 1]; the diagonal must be positive
 * @param right elements [fits, 1]
 * @returns x, elements [fits, 1]
 */
export function solvePositiveDefinite(
  tf: TensorFlow,
  matrix: readonly Tensor[],
  right: readonly Tensor[],
): Tensor[] {
  const size = right.length;
  const one = tf.scalar(1);
  const scale = right.map((_, i) => tf.rsqrt(matrix[triangle(i, i)]!));
  const factor: Tensor[] = [];
  const inverse: Tensor[] = [];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let element = i === j ? one : tf.mul(tf.mul(matrix[triangle(i, j)]!, scale[i]!), scale[j]!);
      for (let k = 0; k < j; k++) {
        element = tf.sub(element, tf.mul(factor[triangle(i, k)]!, factor[triangle(j, k)]!));
      }
      if (i > j) factor[triangle(i, j)] = tf.mul(element, inverse[j]!);
      else inverse[i] = i === 0 ? one : tf.rsqrt(tf.clipByValue(element, leastPivot, 1));
    }
  }
  const x: Tensor[] = [];
  for (let i = 0; i < size; i++) {
    let value = tf.mul(right[i]!, scale[i]!);
    for (let k = 0; k < i; k++) value = tf.sub(value, tf.mul(factor[triangle(i, k)]!, x[k]!));
    x[i] = i === 0 ? value : tf.mul(value, inverse[i]!);
  }
  for (let i = size - 1; i >= 0; i--) {
    let value = x[i]!;
    for (let k = i + 1; k < size; k++) value = tf.sub(value, tf.mul(factor[triangle(k, i)]!, x[k]!));
    x[i] = i === 0 ? value : tf.mul(value, inverse[i]!);
  }
  return x.map((value, i) => tf.mul(value, scale[i]!));
}
