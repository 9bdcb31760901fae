import type { KernelVariant, TranslatableForm } from "../kernel.ts";
import { advance, firstLambda, type SearchBatch, type SearchState } from "./advance.ts";
import { bendingOf } from "./bend.ts";
import { type Coordinates, coordinatesOf } from "./coordinates.ts";
import { linearParameters } from "./linear-parameters.ts";
import { quadraticAt } from "./quadratic.ts";
import type { SearchProblem } from "./search-problem.ts";
import type { Tensor, TensorFlow } from "./tensor-flow.ts";
import { tensorValue } from "./tensor-form.ts";

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

/** Evaluations between two looks at which fits have ended. */
const evaluationsPerRound = 8;

/** The search of one form under one kind of residual and loss. */
export class Search {
  readonly coordinates: Coordinates;
  readonly #tf: TensorFlow;
  readonly #form: TranslatableForm;
  readonly #variant: Pick<KernelVariant, "logResidual" | "robust">;
  readonly #fixedAtFirst: readonly boolean[];

  constructor(
    tf: TensorFlow,
    form: TranslatableForm,
    variant: Pick<KernelVariant, "logResidual" | "robust">,
  ) {
    this.#tf = tf;
    this.#form = form;
    this.#variant = variant;
    this.coordinates = coordinatesOf(form.logTerms);
    // As the kernels' first step (kernels/step.hpp): scales and offsets first where no cap keeps steps short.
    const linear = linearParameters(form.program);
    const some = form.logTerms.length === 0 && linear.includes(true) && linear.includes(false);
    this.#fixedAtFirst = linear.map((isLinear) => some && !isLinear);
  }

  /** A fit at its start. */
  begin(problem: SearchProblem, fit: number, limit: number): SearchFit {
    const start = problem.start(fit);
    return {
      ...{ problem, fit, limit },
      p: Float32Array.from(start),
      q: Float32Array.from(problem.shift(start, 1)),
      lambda: firstLambda(this.#form.logTerms),
      ...{ rise: 2, quiet: 0, young: 1, count: 0, isActive: true, isDefined: true },
    };
  }

  /** Takes fits, whose rows have one length, a few evaluations further. All tensors are disposed of. */
  round(fits: readonly SearchFit[]): void {
    const tf = this.#tf;
    const limit = fits[0]!.limit;
    tf.tidy(() => {
      const batch = this.#batch(fits, limit);
      let state = this.#state(fits, batch);
      const defined = tf
        .tidy(() => tf.cast(tf.less(state.at.objective, tf.scalar(1e37)), "float32"))
        .dataSync();
      for (let i = 0; i < evaluationsPerRound; i++) {
        const next = tf.tidy(() => advance(tf, batch, state) as never) as SearchState;
        disposeUnshared(tf, state, next);
        state = next;
      }
      this.#keep(fits, state, defined);
    });
  }

  #batch(fits: readonly SearchFit[], limit: number): SearchBatch & { ones: Tensor } {
    const tf = this.#tf;
    const { program, logTerms } = this.#form;
    const width = fits[0]!.problem.width;
    const count = fits.length;
    const table = (rowOf: (one: SearchFit) => Float32Array): Tensor => {
      const values = new Float32Array(count * width);
      fits.forEach((one, f) => {
        values.set(rowOf(one), f * width);
      });
      return tf.tensor2d(values, [count, width]);
    };
    const column = (read: (one: SearchFit) => number): Tensor => columnOf(tf, fits, read);
    const ones = tf.ones([1, width]);
    const columns = program.columns.map((_, c) => table(({ problem }) => problem.columns[c]!));
    const points = {
      response: table(({ problem, fit }) => problem.rows(fit).response),
      weight: table(({ problem, fit }) => problem.rows(fit).weight),
      inverseScale: column(({ problem }) => 1 / problem.scale),
    };
    return {
      lower: stackOf(tf, fits, ({ problem }) => problem.lower),
      upper: stackOf(tf, fits, ({ problem }) => problem.upper),
      bending: bendingOf(this.#form),
      bounded: fits.some(({ problem }) => problem.bounded),
      logTerms,
      halfRanges: program.columns.map((_, c) =>
        this.coordinates.shifted.has(c) ? column(({ problem }) => problem.halfRanges[c]!) : undefined,
      ),
      links: this.coordinates.links,
      coefficients: this.coordinates.links.map((_, k) => column(({ problem }) => problem.coefficients[k]!)),
      fixedAtFirst: this.#fixedAtFirst.includes(true)
        ? tf.tensor2d(this.#fixedAtFirst.map(Number), [this.#fixedAtFirst.length, 1])
        : undefined,
      limit,
      ones,
      evaluate: (q) =>
        quadraticAt(tf, tensorValue(tf, program, q, columns, ones), points, this.#variant, ones),
    };
  }

  #state(fits: readonly SearchFit[], batch: SearchBatch): SearchState {
    const tf = this.#tf;
    const column = (read: (one: SearchFit) => number): Tensor => columnOf(tf, fits, read);
    const parameters = this.#form.program.gradient.map((_, i) => i);
    const q = parameters.map((i) => column((one) => one.q[i]!));
    return {
      p: stackOf(tf, fits, ({ p }) => p),
      q,
      at: tf.tidy(() => batch.evaluate(q) as never),
      lambda: column((one) => one.lambda),
      rise: column((one) => one.rise),
      quiet: column((one) => one.quiet),
      young: column((one) => one.young),
      active: column(() => 1),
      count: column((one) => one.count),
    };
  }

  #keep(fits: readonly SearchFit[], state: SearchState, defined: ArrayLike<number>): void {
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
}

/** [parameters, fits] from a vector a fit. */
function stackOf(tf: TensorFlow, fits: readonly SearchFit[], read: (one: SearchFit) => Float32Array): Tensor {
  const size = fits[0]!.p.length;
  const values = new Float32Array(size * fits.length);
  fits.forEach((one, f) => {
    read(one).forEach((value, i) => {
      values[i * fits.length + f] = value;
    });
  });
  return tf.tensor2d(values, [size, fits.length]);
}

function columnOf(tf: TensorFlow, fits: readonly SearchFit[], read: (one: SearchFit) => number): Tensor {
  return tf.tensor1d(Float32Array.from(fits, read));
}

/** Disposes of the tensors of a state that the next one does not share. */
function disposeUnshared(tf: TensorFlow, state: SearchState, next: SearchState): void {
  const kept = new Set(tensorsOf(next));
  tf.dispose(tensorsOf(state).filter((tensor) => !kept.has(tensor)));
}

function tensorsOf({ p, q, at, ...others }: SearchState): Tensor[] {
  return [p, ...q, at.objective, ...at.gradient, ...at.matrix, ...Object.values(others)];
}
