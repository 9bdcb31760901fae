import { setImmediate } from "node:timers/promises";
import type { KernelVariant, TranslatableForm } from "../kernel.ts";
import type { Tensor, TensorFlow } from "./devices.ts";
import { columnOf, keepState, type SearchFit, stackOf, stateOf } from "./finish.ts";
import { advance, firstLambda } from "./propose.ts";
import type { SearchProblem } from "./search-problem.ts";
import { type Coordinates, coordinatesOf, type SearchBatch, type SearchState } from "./search-state.ts";
import { bendingOf, linearParameters } from "./step.ts";
import { quadraticAt, tensorValue } from "./tensor-form.ts";

/** Number of evaluations after which fits that have ended are replaced. */
const evaluationsPerRound = 8;

/** The search in float32, for one form, kind of residual and loss. */
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
    // As in the kernels' first step (kernels/step.hpp): only scales and offsets move, where no cap keeps steps short.
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

  /** Advances fits, whose rows have equal length, by a few evaluations. All tensors are disposed of. */
  round(fits: readonly SearchFit[]): void {
    const tf = this.#tf;
    const limit = fits[0]!.limit;
    tf.tidy(() => {
      const batch = this.#batch(fits, limit);
      let state = stateOf(tf, fits, batch);
      const defined = tf
        .tidy(() => tf.cast(tf.less(state.at.objective, tf.scalar(1e37)), "float32"))
        .dataSync();
      for (let i = 0; i < evaluationsPerRound; i++) {
        const next = tf.tidy(() => advance(tf, batch, state) as never) as SearchState;
        disposeUnshared(tf, state, next);
        state = next;
      }
      keepState(fits, state, defined);
    });
  }

  #batch(fits: readonly SearchFit[], limit: number): SearchBatch {
    const tf = this.#tf;
    const { program, logTerms } = this.#form;
    const width = fits[0]!.problem.width;
    const count = fits.length;
    const table = (rowOf: (fit: SearchFit) => Float32Array): Tensor => {
      const values = new Float32Array(count * width);
      fits.forEach((fit, f) => {
        values.set(rowOf(fit), f * width);
      });
      return tf.tensor2d(values, [count, width]);
    };
    const column = (read: (fit: SearchFit) => number): Tensor => columnOf(tf, fits, read);
    const ones = tf.ones([1, width]);
    const columns = program.columns.map((_, c) => table(({ problem }) => problem.columns[c]!));
    const points = {
      response: table(({ problem, fit }) => problem.rows(fit).response),
      weight: table(({ problem, fit }) => problem.rows(fit).weight),
      inverseScale: column(({ problem }) => 1 / problem.scale),
      unit: fits.some(({ problem }) => problem.hasUnits)
        ? table(({ problem, fit }) => problem.rows(fit).unit)
        : undefined,
      sides: fits.some(({ problem }) => problem.over !== 1 || problem.under !== 1)
        ? { over: column(({ problem }) => problem.over), under: column(({ problem }) => problem.under) }
        : undefined,
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
      evaluate: (q) =>
        quadraticAt(tf, tensorValue(tf, program, q, columns, ones), points, this.#variant, ones),
    };
  }
}

/** Disposes of the tensors of a state that the next one does not share. */
function disposeUnshared(tf: TensorFlow, state: SearchState, next: SearchState): void {
  const kept = new Set(tensorsOf(next));
  tf.dispose(tensorsOf(state).filter((tensor) => !kept.has(tensor)));
}

function tensorsOf({ p, q, at, ...others }: SearchState): Tensor[] {
  return [p, ...q, at.objective, ...at.gradient, ...at.matrix, ...Object.values(others)];
}

/** The fits of one request. */
interface Wanted {
  problem: SearchProblem;
  limit: number;
  fits: SearchFit[];
  count: number;
  /** Number of fits that have not ended. */
  left: number;
  resolve(fits: SearchFit[]): void;
  reject(error: unknown): void;
}

/**
 * Gathers the fits of requests into batches, and replaces fits that have ended by the next. Requests whose rows have equal length
 * share a batch.
 */
export class SearchQueue {
  readonly #search: Search;
  readonly #most: number;
  readonly #lanes = new Map<string, Wanted[]>();

  /** @param most largest size of a tensor over fits and points */
  constructor(search: Search, most: number) {
    this.#search = search;
    this.#most = most;
  }

  /** Searches the fits of a request, and resolves to their ends in float32, in order. */
  fits(problem: SearchProblem, count: number, limit: number): Promise<SearchFit[]> {
    return new Promise((resolve, reject) => {
      const key = `${problem.width} ${limit}`;
      const lane = this.#lanes.get(key);
      const wanted = { problem, limit, fits: [], count, left: count, resolve, reject };
      if (lane) lane.push(wanted);
      else {
        const waiting = [wanted];
        this.#lanes.set(key, waiting);
        void this.#advance(key, waiting);
      }
    });
  }

  async #advance(key: string, waiting: Wanted[]): Promise<void> {
    let active: [SearchFit, Wanted][] = [];
    const started: Wanted[] = [];
    try {
      for (;;) {
        // Between two rounds the event loop takes new requests and delivers answers.
        await setImmediate();
        const capacity = Math.max(1, Math.floor(this.#most / (waiting[0] ?? started[0])!.problem.width));
        while (active.length < capacity && waiting.length > 0) {
          const wanted = waiting[0]!;
          const fit = this.#search.begin(wanted.problem, wanted.fits.length, wanted.limit);
          if (wanted.fits.push(fit) === 1) started.push(wanted);
          active.push([fit, wanted]);
          if (wanted.fits.length === wanted.count) waiting.shift();
        }
        this.#search.round(active.map(([fit]) => fit));
        for (const [fit, wanted] of active) {
          if (fit.isActive || --wanted.left > 0) continue;
          started.splice(started.indexOf(wanted), 1);
          wanted.resolve(wanted.fits);
        }
        active = active.filter(([fit]) => fit.isActive);
        if (active.length === 0 && waiting.length === 0) break;
      }
    } catch (error) {
      for (const wanted of new Set([...started, ...waiting])) wanted.reject(error);
    }
    this.#lanes.delete(key);
  }
}
