import { type Kernel, type KernelAnswer, type KernelRequest, startsPerCpuRequest } from "../kernel.ts";
import type { Tensor, TensorFlow } from "./devices.ts";
import type { SearchProblem } from "./search-problem.ts";
import type { SearchBatch, SearchState } from "./search-state.ts";

/**
 * Takes every fit of a request on in float64, from where float32 has left it, on a processor's kernel: objectives,
 * gradients and terminations are those of the float64 solver, of every start. Fits that float32 could not follow are solved
 * there from their start.
 *
 * @param fits of the request, in order
 */
export async function finish(
  cpu: Kernel,
  request: KernelRequest,
  fits: readonly SearchFit[],
): Promise<KernelAnswer> {
  const size = fits[0]!.p.length;
  const { count, starts } = request;
  const ends = fits.map((one) => endOf(one));
  const all: KernelAnswer = {
    objective: new Float64Array(count),
    gradientNorm: new Float64Array(count),
    parameters: new Float64Array(count * size),
    iterations: new Int32Array(count),
    termination: new Int32Array(count),
    best: Int32Array.from({ length: count }, (_, i) => i % starts),
    allIterations: new Int32Array(count),
  };
  const parts: Promise<void>[] = [];
  for (let first = 0; first < count; ) {
    // A request has one list of given starts, which every resample takes: so one resample at a time.
    const resample = Math.floor(first / starts);
    const next = Math.min((resample + 1) * starts, first + startsPerCpuRequest, count);
    const [from, length] = [first, next - first];
    const givenStarts = new Float64Array(length * size);
    ends.slice(from, next).forEach((end, i) => {
      givenStarts.set(end, i * size);
    });
    const part = cpu
      .solve({
        ...request,
        givenStarts,
        firstStart: 0,
        firstResample: request.firstResample + resample,
        ...{ count: length, starts: length, each: true },
      })
      .then((answer) => {
        all.objective.set(answer.objective, from);
        all.gradientNorm.set(answer.gradientNorm, from);
        all.parameters.set(answer.parameters, from * size);
        all.termination.set(answer.termination, from);
        answer.iterations.forEach((iterations, i) => {
          const total = iterations + fits[from + i]!.count;
          all.iterations[from + i] = all.allIterations[from + i] = total;
        });
      });
    parts.push(part);
    first = next;
  }
  await Promise.all(parts);
  return request.each ? all : bestOfEach(all, starts, size);
}

/** Where float32 has left a fit, in the user's coordinates; its start where it could not follow it. */
function endOf({ problem, fit, p, q, isDefined }: SearchFit): Float64Array {
  return isDefined ? problem.end(p, q) : problem.start(fit);
}

/** One row a resample: its fit of lowest objective, the first of equals. */
function bestOfEach(all: KernelAnswer, starts: number, size: number): KernelAnswer {
  const { objective } = all;
  const rows = Math.ceil(objective.length / starts);
  const best = Int32Array.from({ length: rows }, (_, row) => {
    const first = row * starts;
    let lowest = first;
    for (let i = first; i < Math.min(first + starts, objective.length); i++) {
      if (objective[i]! < objective[lowest]!) lowest = i;
    }
    return lowest;
  });
  const parameters = new Float64Array(rows * size);
  best.forEach((i, row) => {
    parameters.set(all.parameters.subarray(i * size, (i + 1) * size), row * size);
  });
  return {
    objective,
    parameters,
    gradientNorm: Float64Array.from(best, (i) => all.gradientNorm[i]!),
    iterations: best.map((i) => all.iterations[i]!),
    termination: best.map((i) => all.termination[i]!),
    best: best.map((i) => i % starts),
    allIterations: best.map((_, row) =>
      all.allIterations.subarray(row * starts, (row + 1) * starts).reduce((sum, n) => sum + n, 0),
    ),
  };
}

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
