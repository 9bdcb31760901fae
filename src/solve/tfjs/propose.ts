import type { LogTerm } from "../../forms/form.ts";
import type { Tensor, TensorFlow } from "./devices.ts";
import type { SearchBatch, SearchState } from "./search-state.ts";
import { bend, dampedStep, triangle } from "./step.ts";
import type { Quadratic } from "./tensor-form.ts";

/** Constants of the search in float32; those of the float64 kernels are in kernels/judge.hpp. */
const settings = {
  leastLambda: 1e-7,
  /** Damping beyond which no step lowers the objective by a difference that float32 has. */
  lastLambda: 1e5,
  lambdaFall: 1 / 3,
  /** A step that lowers the objective by less, relative to it, is quiet; a number of quiet steps in a row ends a fit. */
  quietGain: 1e-5,
  quietRounds: 3,
  /** A smaller predicted decrease, relative to the objective, is below the resolution of float32. */
  leastFall: 1e-7,
} as const;

/** Damping of the first step: nearly none where a cap bounds the step, else enough to make it short. */
export function firstLambda(logTerms: readonly LogTerm[]): number {
  return logTerms.length > 0 ? 1e-5 : 0.1;
}

/** One iteration of damped least squares for every active fit: a step is evaluated, and taken if it lowers the objective. */
export function advance(tf: TensorFlow, batch: SearchBatch, state: SearchState): SearchState {
  const { p, q, at } = state;
  const trial = propose(tf, batch, state);
  const next = batch.evaluate(trial.q);
  const unit = tf.scalar(1);
  const half = tf.scalar(0.5);
  const taken = tf.logicalAnd(tf.less(next.objective, at.objective), tf.greater(state.active, half));
  const fall = tf.sub(at.objective, next.objective);
  const ratio = tf.div(fall, trial.predicted);
  const gain = tf.div(fall, at.objective);
  // Nielsen's rule.
  const twice = tf.sub(tf.add(ratio, ratio), unit);
  const eased = tf.clipByValue(tf.sub(unit, tf.mul(twice, tf.square(twice))), settings.lambdaFall, 1);
  const lambda = tf.where(
    taken,
    tf.clipByValue(tf.mul(state.lambda, eased), settings.leastLambda, 1e30),
    tf.mul(state.lambda, state.rise),
  );
  const isQuiet = tf.less(gain, tf.scalar(settings.quietGain));
  const zero = tf.zerosLike(lambda);
  const quiet = tf.where(taken, tf.where(isQuiet, tf.add(state.quiet, unit), zero), state.quiet);
  const count = tf.add(state.count, state.active);
  const foretold = tf.mul(at.objective, tf.scalar(settings.leastFall));
  const ended = [
    tf.greater(quiet, tf.scalar(settings.quietRounds - 0.5)),
    tf.greater(lambda, tf.scalar(settings.lastLambda)),
    tf.logicalAnd(tf.less(trial.predicted, foretold), tf.less(state.young, half)),
    tf.greater(count, tf.scalar(batch.limit - 0.5)),
  ].reduce((a, b) => tf.logicalOr(a, b));
  const choose = (news: readonly Tensor[], olds: readonly Tensor[]): Tensor[] =>
    olds.map((old, i) => tf.where(taken, news[i]!, old));
  return {
    p: tf.where(tf.cast(overRows(tf, tf.cast(taken, "float32"), p), "bool"), trial.p, p),
    q: choose(trial.q, q),
    at: {
      objective: tf.where(taken, next.objective, at.objective),
      gradient: choose(next.gradient, at.gradient),
      matrix: choose(next.matrix, at.matrix),
    },
    lambda,
    rise: tf.where(taken, tf.fill(zero.shape, 2), tf.add(state.rise, state.rise)),
    quiet,
    young: zero,
    active: tf.where(ended, zero, state.active),
    count,
  };
}

/** Repeats a row for each row of another tensor. */
function overRows(tf: TensorFlow, row: Tensor, like: Tensor): Tensor {
  return tf.mul(tf.onesLike(like), row);
}

/** The next trial of every fit, and the decrease of the objective that the model predicts. */
function propose(
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
    const moves = [...step];
    links.forEach(({ level, slope }, k) => {
      moves[level] = tf.sub(moves[level]!, tf.mul(coefficients[k]!, step[slope]!));
    });
    return tf.mul(tf.stack(moves, 0), factor);
  };
  const intoBox = (x: Tensor): Tensor => tf.minimum(tf.maximum(x, lower), upper);

  const masks: Tensor[] = [];
  if (bounded) masks.push(heldByBounds(tf, batch, p, at));
  if (fixedAtFirst) masks.push(tf.mul(tf.onesLike(p), tf.mul(fixedAtFirst, young)));
  const fixed = masks.length === 0 ? undefined : masks.reduce((a, b) => tf.maximum(a, b));
  let step = dampedStep(tf, problem, fixed ? rows(fixed) : []);
  let factor = capFactor(tf, batch, step);
  if (bounded) {
    // Where the step leaves the bounds it goes to the nearest bound, and the other parameters adapt to that.
    const to = tf.add(p, inUsers(step, factor));
    const inside = intoBox(to);
    const beyond = float(tf.notEqual(to, inside));
    const newlyBeyond = tf.mul(beyond, tf.sub(tf.scalar(1), fixed!));
    const moved = tf.mul(
      tf.where(tf.cast(newlyBeyond, "bool"), tf.sub(inside, p), tf.zerosLike(p)),
      newlyBeyond,
    );
    step = dampedStep(tf, problem, rows(tf.add(fixed!, newlyBeyond)), rows(moved));
    factor = capFactor(tf, batch, step);
  }
  const to = tf.add(p, inUsers(step, factor));
  const change = step.map((s) => tf.mul(s, factor));
  let inside = to;
  if (bounded) {
    // What the bounds cut off is subtracted from the shifted coordinates too; where they cut off nothing, no digit is lost.
    inside = intoBox(to);
    const cut = rows(tf.sub(inside, to));
    for (let i = 0; i < size; i++) change[i] = tf.add(change[i]!, cut[i]!);
    links.forEach(({ level, slope }, k) => {
      change[level] = tf.add(change[level]!, tf.mul(coefficients[k]!, cut[slope]!));
    });
  }
  const predicted = foretoldFall(tf, at, change);
  const linear = { p: inside, q: q.map((coordinate, i) => tf.add(coordinate, change[i]!)) };
  if (!batch.bending) return { ...linear, predicted };
  const more = bend(tf, batch.bending, q, linear.q, fixed && rows(fixed)[batch.bending.offset]);
  return { ...added(tf, linear, more, bounded ? intoBox : undefined), predicted };
}

/** Adds to levels and to the offset, on which no level depends, and moves them into the bounds. */
function added(
  tf: TensorFlow,
  { p, q }: Pick<SearchState, "p" | "q">,
  more: readonly (Tensor | undefined)[],
  intoBox: ((p: Tensor) => Tensor) | undefined,
): Pick<SearchState, "p" | "q"> {
  const zeros = tf.zerosLike(q[0]!);
  const all = more.map((addend) => addend ?? zeros);
  const moved = tf.add(p, tf.stack(all, 0));
  const boxed = intoBox?.(moved);
  const cut = boxed && tf.unstack(tf.sub(boxed, moved), 0);
  return {
    p: boxed ?? moved,
    q: q.map((coordinate, i) => {
      if (!more[i]) return coordinate;
      return tf.add(coordinate, cut ? tf.add(more[i]!, cut[i]!) : more[i]!);
    }),
  };
}

/** A tensor [parameters, fits] with 1 where a parameter is on a bound and the objective only decreases beyond it. */
function heldByBounds(
  tf: TensorFlow,
  { lower, upper, links, coefficients }: SearchBatch,
  p: Tensor,
  { gradient }: Quadratic,
): Tensor {
  // In the user's coordinates the gradient of a slope includes the share of its level.
  const inUsers = [...gradient];
  links.forEach(({ level, slope }, k) => {
    inUsers[slope] = tf.add(inUsers[slope]!, tf.mul(coefficients[k]!, gradient[level]!));
  });
  const slopes = tf.stack(inUsers, 0);
  const zero = tf.zerosLike(slopes);
  const atLower = tf.logicalAnd(tf.lessEqual(p, lower), tf.greaterEqual(slopes, zero));
  const atUpper = tf.logicalAnd(tf.greaterEqual(p, upper), tf.lessEqual(slopes, zero));
  return tf.cast(tf.logicalOr(atLower, atUpper), "float32");
}

/** The predicted decrease -(g's + s'Ms/2), kept above 0. */
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

/** The factor that keeps every exponent's change within 1 at every point, at most 1. */
function capFactor(
  tf: TensorFlow,
  { logTerms, halfRanges }: Pick<SearchBatch, "logTerms" | "halfRanges">,
  step: readonly Tensor[],
): Tensor {
  if (logTerms.length === 0) return tf.scalar(1);
  const changes = logTerms.map(({ level, slopes }) => {
    const byColumn = new Map<number, Tensor>();
    for (const { parameter, column, sign } of slopes) {
      const before = byColumn.get(column);
      const move = sign > 0 ? step[parameter]! : tf.neg(step[parameter]!);
      byColumn.set(column, before ? tf.add(before, move) : move);
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
