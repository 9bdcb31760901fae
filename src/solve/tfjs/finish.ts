import {
  type Kernel,
  type KernelAnswer,
  type KernelRequest,
  noCell,
  startsPerCpuRequest,
} from "../kernel.ts";
import type { Tensor, TensorFlow } from "./devices.ts";
import type { SearchProblem } from "./search-problem.ts";
import type { SearchBatch, SearchState } from "./search-state.ts";

/**
 * Finishes every fit of a request in float64 on a kernel of the processor, from where float32 has left it: objectives, gradients and
 * terminations are those of the float64 solver. Fits whose start has no finite objective in float32 are solved from their start.
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
  const ends = fits.map(endOf);
  const all: KernelAnswer = {
    objective: new Float64Array(count),
    gradientNorm: new Float64Array(count),
    parameters: new Float64Array(count * size),
    iterations: new Int32Array(count),
    termination: new Int32Array(count),
    best: Int32Array.from({ length: count }, (_, i) => i % starts),
    allIterations: new Int32Array(count),
    lowestCell: new Float64Array(count).fill(noCell),
  };
  const parts: Promise<void>[] = [];
  for (let first = 0; first < count; ) {
    // All resamples of a request share its given starts, so there is a request for each resample.
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

/** The end of a fit in float32, in the user's coordinates; its start where that has no finite objective. */
function endOf({ problem, fit, p, q, isDefined }: SearchFit): Float64Array {
  return isDefined ? problem.end(p, q) : problem.start(fit);
}

/** Keeps one row for each resample: its fit of the lowest objective, the first of equal ones. */
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
  const lowestCell = Float64Array.from(best, (_, row) =>
    all.lowestCell
      .subarray(row * starts, (row + 1) * starts)
      .reduce((least, cell) => Math.min(least, cell), noCell),
  );
  best.forEach((i, row) => {
    parameters.set(all.parameters.subarray(i * size, (i + 1) * size), row * size);
  });
  return {
    objective,
    parameters,
    lowestCell,
    gradientNorm: Float64Array.from(best, (i) => all.gradientNorm[i]!),
    iterations: best.map((i) => all.iterations[i]!),
    termination: best.map((i) => all.termination[i]!),
    best: best.map((i) => i % starts),
    allIterations: best.map((_, row) =>
      all.allIterations.subarray(row * starts, (row + 1) * starts).reduce((sum, n) => sum + n, 0),
    ),
  };
}

/** A fit between two rounds: all that the tensors need to go on with it. */
export interface SearchFit {
  problem: SearchProblem;
  /** Number of the fit in its request. */
  fit: number;
  /** Largest number of evaluations. */
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

/** The tensors of fits between two rounds; the objective is evaluated again. */
export function stateOf(
  tf: TensorFlow,
  fits: readonly SearchFit[],
  { evaluate }: Pick<SearchBatch, "evaluate">,
): SearchState {
  const column = (read: (fit: SearchFit) => number): Tensor => columnOf(tf, fits, read);
  const q = Array.from(fits[0]!.q, (_, i) => column((fit) => fit.q[i]!));
  return {
    p: stackOf(tf, fits, ({ p }) => p),
    q,
    at: tf.tidy(() => evaluate(q) as never),
    lambda: column((fit) => fit.lambda),
    rise: column((fit) => fit.rise),
    quiet: column((fit) => fit.quiet),
    young: column((fit) => fit.young),
    active: column(() => 1),
    count: column((fit) => fit.count),
  };
}

/** Writes a state back into its fits. `defined` has 1 for each fit whose objective was finite before the round, else 0. */
export function keepState(fits: readonly SearchFit[], state: SearchState, defined: ArrayLike<number>): void {
  const read = (tensor: Tensor): ArrayLike<number> => tensor.dataSync();
  const p = read(state.p);
  const q = state.q.map(read);
  const [lambda, rise, quiet] = [read(state.lambda), read(state.rise), read(state.quiet)];
  const [young, active, count] = [read(state.young), read(state.active), read(state.count)];
  fits.forEach((fit, f) => {
    if (!(defined[f]! > 0)) {
      fit.isDefined = fit.isActive = false;
      return;
    }
    for (let i = 0; i < q.length; i++) {
      fit.p[i] = p[i * fits.length + f]!;
      fit.q[i] = q[i]![f]!;
    }
    fit.lambda = lambda[f]!;
    fit.rise = rise[f]!;
    fit.quiet = quiet[f]!;
    fit.young = young[f]!;
    fit.count = count[f]!;
    fit.isActive = active[f]! > 0.5;
  });
}

/** A tensor [parameters, fits] from a vector of each fit. */
export function stackOf(
  tf: TensorFlow,
  fits: readonly SearchFit[],
  read: (fit: SearchFit) => Float32Array,
): Tensor {
  const size = fits[0]!.p.length;
  const values = new Float32Array(size * fits.length);
  fits.forEach((fit, f) => {
    read(fit).forEach((value, i) => {
      values[i * fits.length + f] = value;
    });
  });
  return tf.tensor2d(values, [size, fits.length]);
}

/** A tensor [fits] from a number of each fit. */
export function columnOf(
  tf: TensorFlow,
  fits: readonly SearchFit[],
  read: (fit: SearchFit) => number,
): Tensor {
  return tf.tensor1d(Float32Array.from(fits, read));
}
