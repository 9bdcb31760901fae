import { bend } from "./bend.ts";
import { capFactor } from "./cap-factor.ts";
import { triangle } from "./cholesky.ts";
import type { Quadratic } from "./quadratic.ts";
import type { SearchBatch, SearchState } from "./search-state.ts";
import { dampedStep } from "./step.ts";
import type { Tensor, TensorFlow } from "./tensor-flow.ts";

/** The next trial of every fit, and the fall of the objective that the model foretells. */
export function propose(
  tf: TensorFlow,
  batch: SearchBatch,
  { p, q, at, lambda, young }: SearchState,
): { p: Tensor; q: Tensor[]; predicted: Tensor } {
  const { lower, upper, bounded, links, coefficients, logTerms, fixedAtFirst } = batch;
  const size = q.length;
  const float = (mask: Tensor): Tensor => tf.cast(mask, "float32");
  const rows = (stacked: Tensor): Tensor[] => tf.unstack(stacked, 0);
  const problem = { ...at, lambda, dampingFloor: logTerms.length > 0 ? 1e-4 : 1e-7, links, coefficients };
  const inUsers = (step: readonly Tensor[], factor: Tensor): Tensor => {
    const own = [...step];
    links.forEach(({ level, slope }, k) => {
      own[level] = tf.sub(own[level]!, tf.mul(coefficients[k]!, step[slope]!));
    });
    return tf.mul(tf.stack(own, 0), factor);
  };
  const intoBox = (x: Tensor): Tensor => tf.minimum(tf.maximum(x, lower), upper);

  const masks: Tensor[] = [];
  if (bounded) masks.push(heldByBounds(tf, batch, p, at));
  if (fixedAtFirst) masks.push(tf.mul(tf.onesLike(p), tf.mul(fixedAtFirst, young)));
  const fixed = masks.length === 0 ? undefined : masks.reduce((a, b) => tf.maximum(a, b));
  let step = dampedStep(tf, problem, fixed ? rows(fixed) : []);
  let factor = capFactor(tf, batch, step);
  if (bounded) {
    // Where the step leaves the box, go to the wall and let the other parameters answer to that.
    const to = tf.add(p, inUsers(step, factor));
    const inside = intoBox(to);
    const beyond = float(tf.notEqual(to, inside));
    const ownBeyond = tf.mul(beyond, tf.sub(tf.scalar(1), fixed!));
    const moved = tf.mul(tf.where(tf.cast(ownBeyond, "bool"), tf.sub(inside, p), tf.zerosLike(p)), ownBeyond);
    step = dampedStep(tf, problem, rows(tf.add(fixed!, ownBeyond)), rows(moved));
    factor = capFactor(tf, batch, step);
  }
  const to = tf.add(p, inUsers(step, factor));
  const change = step.map((s) => tf.mul(s, factor));
  let inside = to;
  if (bounded) {
    // What the box cuts off is taken from the shifted coordinates too; where it cuts nothing, no digit is lost.
    inside = intoBox(to);
    const cut = rows(tf.sub(inside, to));
    for (let i = 0; i < size; i++) change[i] = tf.add(change[i]!, cut[i]!);
    links.forEach(({ level, slope }, k) => {
      change[level] = tf.add(change[level]!, tf.mul(coefficients[k]!, cut[slope]!));
    });
  }
  const predicted = foretoldFall(tf, at, change);
  const linear = { p: inside, q: q.map((own, i) => tf.add(own, change[i]!)) };
  if (!batch.bending) return { ...linear, predicted };
  const more = bend(tf, batch.bending, q, linear.q, fixed && rows(fixed)[batch.bending.offset]);
  return { ...added(tf, linear, more, bounded ? intoBox : undefined), predicted };
}

/** Adds to levels and the offset, which no level answers to, and puts them into the box. */
function added(
  tf: TensorFlow,
  { p, q }: Pick<SearchState, "p" | "q">,
  more: readonly (Tensor | undefined)[],
  intoBox: ((p: Tensor) => Tensor) | undefined,
): Pick<SearchState, "p" | "q"> {
  const zeros = tf.zerosLike(q[0]!);
  const all = more.map((own) => own ?? zeros);
  const moved = tf.add(p, tf.stack(all, 0));
  const boxed = intoBox?.(moved);
  const cut = boxed && tf.unstack(tf.sub(boxed, moved), 0);
  return {
    p: boxed ?? moved,
    q: q.map((own, i) => {
      if (!more[i]) return own;
      return tf.add(own, cut ? tf.add(more[i]!, cut[i]!) : more[i]!);
    }),
  };
}

/** [parameters, fits]: 1 where a parameter sits on a bound and the objective falls only beyond it. */
function heldByBounds(
  tf: TensorFlow,
  { lower, upper, links, coefficients }: SearchBatch,
  p: Tensor,
  { gradient }: Quadratic,
): Tensor {
  // In the user's coordinates a slope's gradient has its level's share.
  const own = [...gradient];
  links.forEach(({ level, slope }, k) => {
    own[slope] = tf.add(own[slope]!, tf.mul(coefficients[k]!, gradient[level]!));
  });
  const slopes = tf.stack(own, 0);
  const zero = tf.zerosLike(slopes);
  const atLower = tf.logicalAnd(tf.lessEqual(p, lower), tf.greaterEqual(slopes, zero));
  const atUpper = tf.logicalAnd(tf.greaterEqual(p, upper), tf.lessEqual(slopes, zero));
  return tf.cast(tf.logicalOr(atLower, atUpper), "float32");
}

/** -(g's + s'Ms/2), kept above 0. */
function foretoldFall(tf: TensorFlow, { gradient, matrix }: Quadratic, step: readonly Tensor[]): Tensor {
  const half = tf.scalar(0.5);
  const terms = step.map((s, i) => {
    let row = tf.add(gradient[i]!, tf.mul(tf.mul(matrix[triangle(i, i)]!, s), half));
    for (let j = 0; j < i; j++) row = tf.add(row, tf.mul(matrix[triangle(i, j)]!, step[j]!));
    return tf.mul(row, s);
  });
  const sum = terms.reduce((a, b) => tf.add(a, b));
  return tf.clipByValue(tf.neg(sum), 1e-30, 3e38);
}
