import type { LogTerm } from "../../forms/form.ts";
import { propose } from "./propose.ts";
import type { SearchBatch, SearchState } from "./search-state.ts";
import type { Tensor, TensorFlow } from "./tensor-flow.ts";

/** Constants of the search in float32; those of the float64 kernels are in kernels/judge.hpp. */
const settings = {
  leastLambda: 1e-7,
  /** Damping beyond which no step will fall: float32 cannot tell the objectives apart. */
  lastLambda: 1e5,
  lambdaFall: 1 / 3,
  /** A taken step that gained less, relative to the objective, is a quiet one; so many in a row end a fit. */
  quietGain: 1e-5,
  quietRounds: 3,
  /** A fall that is foretold to be less than this, relative to the objective, float32 does not see. */
  leastFall: 1e-7,
} as const;

/** Damping of the first step: next to none where a cap bounds the step, else enough to make it short. */
export function firstLambda(logTerms: readonly LogTerm[]): number {
  return logTerms.length > 0 ? 1e-5 : 0.1;
}

/** One round of damped least squares for every active fit: a step is made, evaluated, and taken if the objective falls. */
export function advance(tf: TensorFlow, batch: SearchBatch, state: SearchState): SearchState {
  const { p, q, at } = state;
  const trial = propose(tf, batch, state);
  const next = batch.evaluate(trial.q);
  const one = tf.scalar(1);
  const half = tf.scalar(0.5);
  const taken = tf.logicalAnd(tf.less(next.objective, at.objective), tf.greater(state.active, half));
  const fall = tf.sub(at.objective, next.objective);
  const ratio = tf.div(fall, trial.predicted);
  const gain = tf.div(fall, at.objective);
  // Nielsen's rule.
  const twice = tf.sub(tf.add(ratio, ratio), one);
  const eased = tf.clipByValue(tf.sub(one, tf.mul(twice, tf.square(twice))), settings.lambdaFall, 1);
  const lambda = tf.where(
    taken,
    tf.clipByValue(tf.mul(state.lambda, eased), settings.leastLambda, 1e30),
    tf.mul(state.lambda, state.rise),
  );
  const isQuiet = tf.less(gain, tf.scalar(settings.quietGain));
  const zero = tf.zerosLike(lambda);
  const quiet = tf.where(taken, tf.where(isQuiet, tf.add(state.quiet, one), zero), state.quiet);
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

/** A row, once for each row of another tensor. */
function overRows(tf: TensorFlow, row: Tensor, like: Tensor): Tensor {
  return tf.mul(tf.onesLike(like), row);
}
