import type { SearchBatch } from "./search-state.ts";
import type { Tensor, TensorFlow } from "./tensor-flow.ts";

/** The factor that keeps every exponent's change within 1 at every point, at most 1. */
export function capFactor(
  tf: TensorFlow,
  { logTerms, halfRanges }: Pick<SearchBatch, "logTerms" | "halfRanges">,
  step: readonly Tensor[],
): Tensor {
  if (logTerms.length === 0) return tf.scalar(1);
  const changes = logTerms.map(({ level, slopes }) => {
    const byColumn = new Map<number, Tensor>();
    for (const { parameter, column, sign } of slopes) {
      const before = byColumn.get(column);
      const own = sign > 0 ? step[parameter]! : tf.neg(step[parameter]!);
      byColumn.set(column, before ? tf.add(before, own) : own);
    }
    let change = tf.abs(step[level]!);
    for (const [column, slope] of byColumn) {
      change = tf.add(change, tf.mul(tf.abs(slope), halfRanges[column]!));
    }
    return change;
  });
  const largest = changes.reduce((a, b) => tf.maximum(a, b));
  return tf.reciprocal(tf.clipByValue(largest, 1, 3e38));
}
