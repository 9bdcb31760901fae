import type { Form, LogTerm } from "../../forms/form.ts";
import type { Program } from "../../forms/program.ts";
import type { Tensor, TensorFlow } from "./devices.ts";
import type { Link } from "./search-state.ts";

/** Place of element (row, column), column <= row, in a lower triangle stored by rows. */
export function triangle(row: number, column: number): number {
  return (row * (row + 1)) / 2 + column;
}

/** A pivot below this part of its diagonal element is only rounding error of float32. */
const leastPivot = 1e-6;

/**
 * Solves A x = b for a small symmetric system of each fit, by Cholesky's decomposition written out element by element: each element
 * is a tensor over the fits. Where a matrix is not positive definite pivots are raised until it is, and x is a shorter step that
 * still lowers the objective.
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

/** For each parameter whether the form is linear in it, alone and together with the linear parameters before it. */
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

/** The parts from which a step is computed; tensors are [fits]. */
interface StepProblem {
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

/** Damping of a fixed parameter: so strong that it keeps its value to the last digit of float32. */
const immovable = 1e12;

/**
 * The damped step (M + lambda*D) s = -g in the shifted coordinates, with some parameters fixed in the user's coordinates, where a
 * fixed level stays the same and the shifted level follows its slopes.
 *
 * @param fixed 1 where a parameter is fixed, else 0; undefined where it never is
 * @param moved by how much fixed parameters still move, to a bound; 0 where they do not
 */
export function dampedStep(
  tf: TensorFlow,
  problem: StepProblem,
  fixed: readonly (Tensor | undefined)[],
  moved: readonly (Tensor | undefined)[] = [],
): Tensor[] {
  const { lambda, dampingFloor, links } = problem;
  const { gradient, matrix, shares } = fixLevels(tf, problem, fixed);
  const diagonal = gradient.map((_, i) => matrix[triangle(i, i)]!);
  const largest = diagonal.reduce((most, d) => tf.maximum(most, d));
  const floor = tf.add(tf.mul(largest, tf.scalar(dampingFloor)), tf.scalar(1e-30));
  const damped = [...matrix];
  const right = gradient.map((g, i) => {
    const scale = tf.maximum(diagonal[i]!, floor);
    const [mask, distance] = [fixed[i], moved[i]];
    const hold = mask && tf.mul(mask, tf.scalar(immovable));
    const damping = tf.mul(scale, hold ? tf.add(lambda, hold) : lambda);
    damped[triangle(i, i)] = tf.add(diagonal[i]!, damping);
    return distance ? tf.sub(tf.mul(distance, damping), g) : tf.neg(g);
  });
  const step = solvePositiveDefinite(tf, damped, right);
  links.forEach(({ level, slope }, k) => {
    const share = shares[k];
    if (share) step[level] = tf.add(step[level]!, tf.mul(share, step[slope]!));
  });
  return step;
}

/** Gradient and matrix in which a slope moves its fixed level along, so that the level in the user's coordinates stays the same. */
function fixLevels(
  tf: TensorFlow,
  { gradient, matrix, links, coefficients }: StepProblem,
  fixed: readonly (Tensor | undefined)[],
): { gradient: Tensor[]; matrix: Tensor[]; shares: (Tensor | undefined)[] } {
  const size = gradient.length;
  const newGradient = [...gradient];
  const newMatrix = [...matrix];
  const place = (i: number, j: number): number => (i >= j ? triangle(i, j) : triangle(j, i));
  const shares = links.map(({ level }, k) => {
    const mask = fixed[level];
    return mask && tf.mul(mask, coefficients[k]!);
  });
  links.forEach(({ level, slope }, k) => {
    const share = shares[k];
    if (share === undefined) return;
    newGradient[slope] = tf.add(newGradient[slope]!, tf.mul(share, newGradient[level]!));
    const [cross, corner] = [newMatrix[place(slope, level)]!, newMatrix[place(level, level)]!];
    const along = tf.mul(share, corner);
    for (let m = 0; m < size; m++) {
      if (m === slope) continue;
      newMatrix[place(m, slope)] = tf.add(
        newMatrix[place(m, slope)]!,
        tf.mul(share, newMatrix[place(m, level)]!),
      );
    }
    const twice = tf.add(tf.add(cross, cross), along);
    newMatrix[place(slope, slope)] = tf.add(newMatrix[place(slope, slope)]!, tf.mul(share, twice));
  });
  return { gradient: newGradient, matrix: newMatrix, shares };
}

/** The parameters that a curved step bends. */
export interface Bending {
  terms: readonly { level: number; levelSign: 1 | -1; slope: number }[];
  offset: number;
}

/** The bending of a form; undefined where it has no offset, or a log-term without exactly one slope. */
export function bendingOf({ logTerms, offset }: Pick<Form, "logTerms" | "offset">): Bending | undefined {
  const single = (term: LogTerm): boolean => term.slopes.length === 1;
  if (offset === undefined || logTerms.length === 0 || !logTerms.every(single)) return undefined;
  return {
    terms: logTerms.map(({ level, levelSign, slopes }) => ({
      level,
      levelSign,
      slope: slopes[0]!.parameter,
    })),
    offset,
  };
}

/**
 * Bends a step along the valley of level, slope and offset (docs/solver.md, the curved update): with slope alpha -> alpha' and
 * linear change du of the exponent at the centre, a term becomes T (1 + alpha/alpha' du), and the offset takes up what the terms then
 * lack.
 *
 * @param from, to shifted coordinates before and after the linear step, each [fits]
 * @param isOffsetFixed 1 where a bound holds the offset; undefined where none does
 * @returns the amount that is added to each parameter; undefined for none
 */
export function bend(
  tf: TensorFlow,
  { terms, offset }: Bending,
  from: readonly Tensor[],
  to: readonly Tensor[],
  isOffsetFixed: Tensor | undefined,
): (Tensor | undefined)[] {
  const unit = tf.scalar(1);
  const more: (Tensor | undefined)[] = from.map(() => undefined);
  const usable: Tensor[] = isOffsetFixed ? [tf.less(isOffsetFixed, tf.scalar(0.5))] : [];
  let lack: Tensor | undefined;
  for (const { level, levelSign, slope } of terms) {
    const [before, after] = [from[slope]!, to[slope]!];
    const signed = (x: Tensor): Tensor => (levelSign > 0 ? x : tf.neg(x));
    const u = signed(from[level]!);
    const du = signed(tf.sub(to[level]!, from[level]!));
    const inverse = tf.reciprocal(tf.clipByValue(after, 1e-30, 3e38));
    const growth = tf.add(tf.mul(tf.mul(before, inverse), du), unit);
    usable.push(
      tf.greater(before, tf.scalar(0)),
      tf.greater(after, tf.scalar(1e-3)),
      tf.greater(after, tf.mul(before, tf.scalar(0.25))),
      tf.greater(growth, tf.scalar(0.2)),
    );
    more[level] = signed(tf.sub(tf.log(tf.clipByValue(growth, 0.1, 3e38)), du));
    const lost = tf.mul(tf.mul(tf.exp(u), du), tf.mul(tf.sub(after, before), inverse));
    lack = lack ? tf.add(lack, lost) : lost;
  }
  more[offset] = lack;
  const all = usable.reduce((a, b) => tf.logicalAnd(a, b));
  return more.map((addend) => addend && tf.where(all, addend, tf.zerosLike(addend)));
}
