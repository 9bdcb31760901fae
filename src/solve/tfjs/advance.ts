import type { LogTerm } from "../../forms/form.ts";
import { triangle } from "./cholesky.ts";
import type { Link } from "./coordinates.ts";
import type { Quadratic } from "./quadratic.ts";
import { dampedStep } from "./step.ts";
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

/** Where the fits of a batch are; tensors are [fits, 1]. */
export interface SearchState {
  /** Parameters in the user's coordinates: they tell which bounds are reached. */
  p: Tensor[];
  /** In the shifted coordinates: the form is evaluated at these. */
  q: Tensor[];
  at: Quadratic;
  lambda: Tensor;
  /** Factor of the damping after a rejected step. */
  rise: Tensor;
  /** Quiet steps in a row. */
  quiet: Tensor;
  /** 1 before the first step. */
  young: Tensor;
  /** 1 while the fit goes on. */
  active: Tensor;
  /** Evaluations so far. */
  count: Tensor;
}

/** What does not change while a batch is advanced; tensors are [fits, 1]. */
export interface SearchBatch {
  lower: readonly Tensor[];
  upper: readonly Tensor[];
  /** Whether any fit has a bound of the parameter. */
  bounded: readonly boolean[];
  logTerms: readonly LogTerm[];
  /** Largest distance of each column from its mean; of columns of log-terms. */
  halfRanges: readonly (Tensor | undefined)[];
  links: readonly Link[];
  coefficients: readonly Tensor[];
  /** Parameters that the first step leaves alone. */
  fixedAtFirst: readonly boolean[];
  /** Most evaluations of a fit. */
  limit: number;
  evaluate(q: readonly Tensor[]): Quadratic;
}

/** One round of damped least squares for every active fit: a step is made, evaluated, and taken if the objective falls. */
export function advance(tf: TensorFlow, batch: SearchBatch, state: SearchState): SearchState {
  const { p, q, at } = state;
  const trial = propose(tf, batch, state);
  const next = batch.evaluate(trial.q);
  const one = tf.scalar(1);
  const fell = tf.less(next.objective, at.objective);
  const taken = tf.logicalAnd(fell, tf.greater(state.active, tf.scalar(0.5)));
  const fall = tf.sub(at.objective, next.objective);
  const ratio = tf.div(fall, trial.predicted);
  const gain = tf.div(fall, at.objective);
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
    tf.logicalAnd(tf.less(trial.predicted, foretold), tf.less(state.young, tf.scalar(0.5))),
    tf.greater(count, tf.scalar(batch.limit - 0.5)),
  ].reduce((a, b) => tf.logicalOr(a, b));
  const choose = (news: readonly Tensor[], olds: readonly Tensor[]): Tensor[] =>
    olds.map((old, i) => (news[i] === old ? old : tf.where(taken, news[i]!, old)));
  return {
    p: choose(trial.p, p),
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

/** The next trial of every fit, and the fall of the objective that the model foretells. */
function propose(
  tf: TensorFlow,
  batch: SearchBatch,
  { p, q, at, lambda, young }: SearchState,
): { p: Tensor[]; q: Tensor[]; predicted: Tensor } {
  const { lower, upper, bounded, links, coefficients, logTerms } = batch;
  const float = (mask: Tensor): Tensor => tf.cast(mask, "float32");
  const zero = tf.scalar(0);
  // In the user's coordinates a slope's gradient has its level's share.
  const slopes = [...at.gradient];
  links.forEach(({ level, slope }, k) => {
    slopes[slope] = tf.add(slopes[slope]!, tf.mul(coefficients[k]!, at.gradient[level]!));
  });
  const fixed = p.map((own, i): Tensor | undefined => {
    let mask: Tensor | undefined;
    if (bounded[i]) {
      const atLower = tf.logicalAnd(tf.lessEqual(own, lower[i]!), tf.greaterEqual(slopes[i]!, zero));
      const atUpper = tf.logicalAnd(tf.greaterEqual(own, upper[i]!), tf.lessEqual(slopes[i]!, zero));
      mask = float(tf.logicalOr(atLower, atUpper));
    }
    if (!batch.fixedAtFirst[i]) return mask;
    return mask ? tf.maximum(mask, young) : young;
  });
  const problem = { ...at, lambda, dampingFloor: logTerms.length > 0 ? 1e-4 : 1e-7, links, coefficients };
  const inUsers = (step: readonly Tensor[], factor: Tensor): Tensor[] => {
    const own = [...step];
    links.forEach(({ level, slope }, k) => {
      own[level] = tf.sub(own[level]!, tf.mul(coefficients[k]!, step[slope]!));
    });
    return own.map((s) => tf.mul(s, factor));
  };
  let step = dampedStep(tf, problem, fixed);
  let factor = capFactor(tf, batch, step);
  if (bounded.some(Boolean)) {
    // Where the step leaves the box, go to the wall and let the other parameters answer to that.
    const to = inUsers(step, factor).map((s, i) => tf.add(p[i]!, s));
    const walls = to.map((x, i) => {
      if (!bounded[i]) return { fixed: fixed[i], moved: undefined };
      const inside = tf.minimum(tf.maximum(x, lower[i]!), upper[i]!);
      const beyond = float(tf.notEqual(x, inside));
      const isFree = fixed[i] ? tf.sub(tf.scalar(1), fixed[i]!) : tf.onesLike(beyond);
      const isBeyond = tf.mul(beyond, isFree);
      const moved = tf.where(tf.cast(isBeyond, "bool"), tf.sub(inside, p[i]!), tf.zerosLike(beyond));
      return { fixed: fixed[i] ? tf.add(fixed[i]!, isBeyond) : isBeyond, moved };
    });
    step = dampedStep(
      tf,
      problem,
      walls.map((wall) => wall.fixed),
      walls.map((wall) => wall.moved),
    );
    factor = capFactor(tf, batch, step);
  }
  // What the box cuts off is taken from the shifted coordinates too; where it cuts nothing, no digit is lost.
  const change = step.map((s) => tf.mul(s, factor));
  const trialP: Tensor[] = [];
  const cut: (Tensor | undefined)[] = [];
  inUsers(step, factor).forEach((s, i) => {
    const to = tf.add(p[i]!, s);
    const inside = bounded[i] ? tf.minimum(tf.maximum(to, lower[i]!), upper[i]!) : to;
    trialP[i] = inside;
    cut[i] = bounded[i] ? tf.sub(inside, to) : undefined;
  });
  cut.forEach((own, i) => {
    if (own) change[i] = tf.add(change[i]!, own);
  });
  links.forEach(({ level, slope }, k) => {
    const own = cut[slope];
    if (own) change[level] = tf.add(change[level]!, tf.mul(coefficients[k]!, own));
  });
  return {
    p: trialP,
    q: q.map((own, i) => tf.add(own, change[i]!)),
    predicted: foretoldFall(tf, at, change),
  };
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

/** The factor that keeps every exponent's change within 1 at every point, at most 1. */
function capFactor(tf: TensorFlow, { logTerms, halfRanges }: SearchBatch, step: readonly Tensor[]): Tensor {
  const changes = logTerms.map(({ level, slopes }) => {
    const byColumn = new Map<number, Tensor>();
    for (const { parameter, column, sign } of slopes) {
      const before = byColumn.get(column);
      const own = sign > 0 ? step[parameter]! : tf.neg(step[parameter]!);
      byColumn.set(column, before ? tf.add(before, own) : own);
    }
    let change = tf.abs(step[level]!);
    for (const [column, slope] of byColumn)
      change = tf.add(change, tf.mul(tf.abs(slope), halfRanges[column]!));
    return change;
  });
  if (changes.length === 0) return tf.onesLike(step[0]!);
  const largest = changes.reduce((a, b) => tf.maximum(a, b));
  return tf.reciprocal(tf.clipByValue(largest, 1, 3e38));
}
