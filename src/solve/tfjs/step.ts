import { solvePositiveDefinite, triangle } from "./cholesky.ts";
import type { Link } from "./coordinates.ts";
import type { Tensor, TensorFlow } from "./tensor-flow.ts";

/** What a step is made from; tensors are [fits, 1]. */
export interface StepProblem {
  gradient: readonly Tensor[];
  /** Lower triangle by rows. */
  matrix: readonly Tensor[];
  lambda: Tensor;
  /** Smallest element of the damping, relative to its largest. */
  dampingFloor: number;
  links: readonly Link[];
  /** Coefficient of each link. */
  coefficients: readonly Tensor[];
}

/**
 * The damped step (M + lambda*D) s = -g in the shifted coordinates, with some parameters fixed in the user's: a fixed level
 * stays where it is, so that the shifted level answers to its slopes.
 *
 * @param fixed 1 where a parameter is fixed, 0 where not; undefined: never
 * @param moved by how much the fixed ones move nevertheless, to a wall; 0 where they do not
 */
export function dampedStep(
  tf: TensorFlow,
  problem: StepProblem,
  fixed: readonly (Tensor | undefined)[],
  moved?: readonly (Tensor | undefined)[],
): Tensor[] {
  const { lambda, dampingFloor, links } = problem;
  const { gradient, matrix, shares } = fixLevels(tf, problem, fixed);
  const size = gradient.length;
  const at = (i: number, j: number): Tensor => matrix[i >= j ? triangle(i, j) : triangle(j, i)]!;
  const right = gradient.map((g, i) => {
    let sum = g;
    moved?.forEach((distance, m) => {
      if (distance && m !== i) sum = tf.add(sum, tf.mul(at(i, m), distance));
    });
    return tf.neg(sum);
  });
  const diagonal = gradient.map((_, i) => at(i, i));
  const largest = diagonal.reduce((most, d) => tf.maximum(most, d));
  const floor = tf.add(tf.mul(largest, tf.scalar(dampingFloor)), tf.scalar(1e-30));
  const damped = [...matrix];
  for (let i = 0; i < size; i++) {
    damped[triangle(i, i)] = tf.add(at(i, i), tf.mul(lambda, tf.maximum(diagonal[i]!, floor)));
  }
  const one = tf.scalar(1);
  const free = fixed.map((mask) => mask && tf.sub(one, mask));
  for (let i = 0; i < size; i++) {
    const own = free[i];
    for (let j = 0; j <= i; j++) {
      const place = triangle(i, j);
      if (i === j) {
        if (own) damped[place] = tf.add(tf.mul(damped[place]!, own), fixed[i]!);
        continue;
      }
      for (const mask of [own, free[j]]) if (mask) damped[place] = tf.mul(damped[place]!, mask);
    }
    if (own) right[i] = tf.mul(right[i]!, own);
  }
  const step = solvePositiveDefinite(tf, damped, right);
  moved?.forEach((distance, m) => {
    if (distance) step[m] = tf.add(step[m]!, distance);
  });
  links.forEach(({ level, slope }, k) => {
    const share = shares[k];
    if (share) step[level] = tf.add(step[level]!, tf.mul(share, step[slope]!));
  });
  return step;
}

/** Gradient and matrix where a slope moves its fixed level along, so that the level in the user's coordinates stays. */
function fixLevels(
  tf: TensorFlow,
  { gradient, matrix, links, coefficients }: StepProblem,
  fixed: readonly (Tensor | undefined)[],
): { gradient: Tensor[]; matrix: Tensor[]; shares: (Tensor | undefined)[] } {
  const size = gradient.length;
  const ownGradient = [...gradient];
  const own = [...matrix];
  const place = (i: number, j: number): number => (i >= j ? triangle(i, j) : triangle(j, i));
  const shares = links.map(({ level }, k) => {
    const mask = fixed[level];
    return mask && tf.mul(mask, coefficients[k]!);
  });
  links.forEach(({ level, slope }, k) => {
    const share = shares[k];
    if (share === undefined) return;
    ownGradient[slope] = tf.add(ownGradient[slope]!, tf.mul(share, ownGradient[level]!));
    const [cross, corner] = [own[place(slope, level)]!, own[place(level, level)]!];
    const along = tf.mul(share, corner);
    for (let m = 0; m < size; m++) {
      if (m === slope) continue;
      own[place(m, slope)] = tf.add(own[place(m, slope)]!, tf.mul(share, own[place(m, level)]!));
    }
    const twice = tf.add(tf.add(cross, cross), along);
    own[place(slope, slope)] = tf.add(own[place(slope, slope)]!, tf.mul(share, twice));
  });
  return { gradient: ownGradient, matrix: own, shares };
}
