import type { SearchProblem } from "./search-problem.ts";
import type { SearchBatch, SearchState } from "./search-state.ts";
import type { Tensor, TensorFlow } from "./tensor-flow.ts";

/** A fit on its way, between rounds: what the tensors need to take it up again. */
export interface SearchFit {
  problem: SearchProblem;
  /** Number of the fit in its request. */
  fit: number;
  /** Most evaluations. */
  limit: number;
  /** Parameters in the user's coordinates and in the shifted ones. */
  p: Float32Array;
  q: Float32Array;
  lambda: number;
  rise: number;
  quiet: number;
  young: number;
  /** Evaluations so far. */
  count: number;
  isActive: boolean;
  /** Whether the objective was finite at the start: whether float32 can follow the fit. */
  isDefined: boolean;
}

/** Tensors of where the fits are; the objective is evaluated anew. */
export function stateOf(
  tf: TensorFlow,
  fits: readonly SearchFit[],
  { evaluate }: Pick<SearchBatch, "evaluate">,
): SearchState {
  const column = (read: (one: SearchFit) => number): Tensor => columnOf(tf, fits, read);
  const q = Array.from(fits[0]!.q, (_, i) => column((one) => one.q[i]!));
  return {
    p: stackOf(tf, fits, ({ p }) => p),
    q,
    at: tf.tidy(() => evaluate(q) as never),
    lambda: column((one) => one.lambda),
    rise: column((one) => one.rise),
    quiet: column((one) => one.quiet),
    young: column((one) => one.young),
    active: column(() => 1),
    count: column((one) => one.count),
  };
}

/** Writes into the fits where a state has them. `defined`: whether the objective was finite before, a number a fit. */
export function keepState(fits: readonly SearchFit[], state: SearchState, defined: ArrayLike<number>): void {
  const read = (tensor: Tensor): ArrayLike<number> => tensor.dataSync();
  const p = read(state.p);
  const q = state.q.map(read);
  const [lambda, rise, quiet] = [read(state.lambda), read(state.rise), read(state.quiet)];
  const [young, active, count] = [read(state.young), read(state.active), read(state.count)];
  fits.forEach((one, f) => {
    if (!(defined[f]! > 0)) {
      one.isDefined = one.isActive = false;
      return;
    }
    for (let i = 0; i < q.length; i++) {
      one.p[i] = p[i * fits.length + f]!;
      one.q[i] = q[i]![f]!;
    }
    one.lambda = lambda[f]!;
    one.rise = rise[f]!;
    one.quiet = quiet[f]!;
    one.young = young[f]!;
    one.count = count[f]!;
    one.isActive = active[f]! > 0.5;
  });
}

/** [parameters, fits] from a vector a fit. */
export function stackOf(
  tf: TensorFlow,
  fits: readonly SearchFit[],
  read: (one: SearchFit) => Float32Array,
): Tensor {
  const size = fits[0]!.p.length;
  const values = new Float32Array(size * fits.length);
  fits.forEach((one, f) => {
    read(one).forEach((value, i) => {
      values[i * fits.length + f] = value;
    });
  });
  return tf.tensor2d(values, [size, fits.length]);
}

/** [fits] from a number a fit. */
export function columnOf(
  tf: TensorFlow,
  fits: readonly SearchFit[],
  read: (one: SearchFit) => number,
): Tensor {
  return tf.tensor1d(Float32Array.from(fits, read));
}
