import { concatenated } from "../../collections.ts";
import { partsInParallel } from "../in-parallel.ts";
import { type Backend, fitsPerRequest, type Kernel, noCell } from "../kernel.ts";
import { isAbsolute } from "../loss.ts";
import { agreeingObjective, objectiveOf } from "../objective.ts";
import {
  defaultIterationLimit,
  type PackedProblem,
  packProblem,
  searchRequest,
  searchTolerance,
  sharpened,
  startRangeOf,
  variantOf,
  withStartRange,
} from "../pack.ts";
import { type Problem, type SolveOptions, type StartResults, terminations } from "../problem.ts";
import type { Ends } from "./start-count.ts";
import { onGrid, structuredStarts } from "./structure.ts";

/** Tolerance of the squared scaled gradient, relative to the objective, of the polished best start. */
const polishTolerance = 1e-26;

/** Relative differences of the objective that rounding can make. */
const settled = 1e-12;

/** The same for an absolute loss, whose kernels leave the last threshold's share of it out. */
const settledSharp = 1e-8;

/** Times the limit of iterations that the best fit gets where it came to the limit. */
const furtherIterations = 10;

/** The end of one start, in the solver's units. */
interface BestFit {
  /** Index of the start; of restarts -1, -2, ... */
  start: number;
  objective: number;
  /** Scaled projected gradient norm. */
  gradientNorm: number;
  parameters: Float64Array;
  iterations: number;
  /** Index into `terminations`. */
  termination: number;
}

/** The search of one problem: it is solved from its starts in order, some at a time, and remembers how they ended. */
export class Search implements Ends {
  readonly #backend: Backend;
  #kernel: Kernel | undefined;
  readonly #problem: Problem;
  readonly #packed: PackedProblem;
  readonly #options: SolveOptions;
  /** The start whose end was gone on from. */
  #goneOn: number | undefined;
  /** Objectives of the restarts' ends. */
  #restarted: Float64Array = new Float64Array(0);
  readonly given: number;
  readonly others: number;
  objective: Float64Array = new Float64Array(0);
  termination: Uint8Array = new Uint8Array(0);
  #parameters: Float64Array = new Float64Array(0);
  totalIterations = 0;
  /** Lowest objective over the cells of the grid of starts; Infinity where there is none. */
  lowestCell = Number.POSITIVE_INFINITY;
  /** The end of lowest objective; of equal ones the first. */
  best: BestFit | undefined;

  /** @param problem in the solver's units */
  constructor(backend: Backend, problem: Problem, options: SolveOptions) {
    this.#backend = backend;
    this.#problem = problem;
    this.#packed = packProblem(problem);
    this.#options = options;
    this.given = this.#packed.givenStarts.length / problem.form.parameterNames.length;
    this.others = this.given + structuredStarts(problem, options);
  }

  /** Objectives of the given and random starts, and of restarts: those from the form's structure say nothing of how often a minimum is met. */
  get counted(): Float64Array {
    return concatenated([
      this.objective.subarray(0, this.given),
      this.objective.subarray(this.others),
      this.#restarted,
    ]);
  }

  /** The ends of the given starts and of the first random ones; undefined where it has not made as many. */
  endsOf(random: number): Pick<StartResults, "objective" | "parameters"> | undefined {
    if (this.objective.length < this.others + random) return undefined;
    const rows = (all: Float64Array, width: number): Float64Array =>
      concatenated([
        all.subarray(0, this.given * width),
        all.subarray(this.others * width, (this.others + random) * width),
      ]);
    const width = this.#problem.form.parameterNames.length;
    return { objective: rows(this.objective, 1), parameters: rows(this.#parameters, width) };
  }

  /** Whether the form was finite at one start at least. */
  get isDefined(): boolean {
    return this.best !== undefined && terminations[this.best.termination] !== "undefined";
  }

  /** Solves the problem from its next starts. Those on a grid that goes beyond the random starts are asked for by themselves. */
  async solve(count: number): Promise<void> {
    const first = this.objective.length;
    const structured = this.others - this.given;
    if (structured === 0 || this.#problem.gridRange === undefined) {
      return this.#solveFrom(this.#packed, { first, total: count, structured });
    }
    const gridded = Math.max(0, Math.min(count, this.others - first));
    if (gridded > 0) {
      const packed = withStartRange(this.#packed, startRangeOf(onGrid(this.#problem)));
      await this.#solveFrom(packed, { first, total: gridded, structured });
    }
    const total = count - gridded;
    if (total > 0)
      await this.#solveFrom(this.#packed, { first: first + gridded - structured, total, structured: 0 });
  }

  /**
   * Solves the problem from other starts, which are no random ones; the best of their ends is the search's where it is lower.
   *
   * @returns the objective of each
   */
  async solveFrom(starts: readonly Float64Array[]): Promise<Float64Array> {
    const total = starts.length;
    const packed = { ...this.#packed, givenStarts: concatenated(starts) };
    const range = { first: 0, total, structured: 0 };
    this.#kernel ??= await this.#backend.kernel(variantOf(this.#problem));
    const ends = await solveRange(this.#backend, this.#kernel, this.#problem, packed, this.#options, range);
    this.#restarted = concatenated([this.#restarted, ends.objective]);
    this.#take(ends, (place) => place - this.#restarted.length);
    return ends.objective;
  }

  /** The lowest ends of its starts that differ in their objectives, the best one first; at most so many. */
  lowestEnds(most: number): Float64Array[] {
    const width = this.#problem.form.parameterNames.length;
    const { objective, parameters } = this.best!;
    const lowest = [parameters];
    let last = objective;
    for (const i of [...this.objective.keys()].sort((a, b) => this.objective[a]! - this.objective[b]!)) {
      if (lowest.length >= most || this.objective[i]! >= noCell) break;
      if (this.objective[i]! <= agreeingObjective(this.#problem, last)) continue;
      lowest.push(this.#parameters.subarray(i * width, (i + 1) * width));
      last = this.objective[i]!;
    }
    return lowest;
  }

  async #solveFrom(packed: PackedProblem, range: StartsRange): Promise<void> {
    const first = this.objective.length;
    this.#kernel ??= await this.#backend.kernel(variantOf(this.#problem));
    const ends = await solveRange(this.#backend, this.#kernel, this.#problem, packed, this.#options, range);
    this.lowestCell = Math.min(this.lowestCell, ends.lowestCell);
    if (first === 0) [this.objective, this.#parameters] = [ends.objective, ends.parameters];
    else {
      this.objective = concatenated([this.objective, ends.objective]);
      this.#parameters = concatenated([this.#parameters, ends.parameters]);
    }
    const before = this.termination;
    this.termination = new Uint8Array(first + range.total);
    this.termination.set(before);
    this.termination.set(ends.termination, first);
    this.#take(ends, (place) => first + place);
  }

  /** Counts the iterations of ends, and keeps the best of them where it is lower than all before. */
  #take(ends: StartResults, startOf: (place: number) => number): void {
    for (const iterations of ends.iterations) this.totalIterations += iterations;
    let least = 0;
    for (let i = 1; i < ends.objective.length; ++i)
      if (ends.objective[i]! < ends.objective[least]!) least = i;
    if (this.best !== undefined && !(ends.objective[least]! < this.best.objective)) return;
    this.best = bestOf(ends, least, startOf(least));
  }

  /** Notes what going on from the end of a start came to. */
  #note(start: number, objective: number, termination: number): void {
    if (start < 0) return;
    this.objective[start] = objective;
    this.termination[start] = termination;
  }

  /**
   * Polishes the best fit by a few Newton steps, which are kept only if the objective does not rise beyond rounding. The search
   * stops when the objective no longer falls, and in a flat valley the parameters then lack their last digits.
   */
  async polish(): Promise<void> {
    const kernel = this.#kernel;
    if (kernel === undefined || this.best === undefined || this.#problem.training) return;
    const best = await this.#goOn(kernel, this.best);
    this.best = best;
    const answer = await kernel.solve({
      ...searchRequest(
        this.#problem,
        sharpened(this.#packed, best.objective),
        { ...this.#options, iterationLimit: 100 },
        rangeOf(0, 1, 0),
      ),
      givenStarts: best.parameters,
      tolerance: polishTolerance,
      polish: true,
    });
    const parameters = answer.parameters.slice();
    const isSharp = isAbsolute(this.#problem.loss);
    const objective = isSharp ? objectiveOf(this.#problem, parameters) : answer.objective[0]!;
    if (!(objective <= best.objective * (1 + (isSharp ? settledSharp : settled)))) return;
    this.#note(best.start, objective, best.termination);
    // What stalled for want of digits may have them now.
    const isThere =
      terminations[best.termination] === "stalled" && answer.gradientNorm[0]! <= searchTolerance;
    this.best = {
      ...best,
      ...(isThere && { termination: terminations.indexOf("gradient") }),
      objective,
      gradientNorm: Math.sqrt(answer.gradientNorm[0]!),
      parameters,
      iterations: best.iterations + answer.iterations[0]!,
    };
  }

  /** Goes on from the best fit, if its search came to the limit of iterations: it is one fit, and all that is reported rests on it. */
  async #goOn(kernel: Kernel, best: BestFit): Promise<BestFit> {
    const { iterationLimit = defaultIterationLimit } = this.#options;
    if (terminations[best.termination] !== "iterations" || best.start === this.#goneOn) return best;
    this.#goneOn = best.start;
    const options = { ...this.#options, iterationLimit: furtherIterations * iterationLimit };
    const answer = await kernel.solve({
      ...searchRequest(this.#problem, this.#packed, options, rangeOf(0, 1, 0)),
      givenStarts: best.parameters,
    });
    const [objective, more] = [answer.objective[0]!, answer.iterations[0]!];
    this.totalIterations += more;
    if (!(objective <= best.objective)) return best;
    this.#note(best.start, objective, answer.termination[0]!);
    return {
      start: best.start,
      objective,
      gradientNorm: Math.sqrt(answer.gradientNorm[0]!),
      parameters: answer.parameters.slice(),
      iterations: best.iterations + more,
      termination: answer.termination[0]!,
    };
  }
}

/** The ends of consecutive starts, and the lowest objective over the cells of the grid that some of them were taken from. */
interface RangeEnds extends StartResults {
  lowestCell: number;
}

/** Consecutive starts, of which so many after the given ones are from the form's structure. */
interface StartsRange {
  first: number;
  total: number;
  structured: number;
}

function bestOf(ends: StartResults, place: number, start: number): BestFit {
  const width = ends.parameters.length / ends.objective.length;
  return {
    start,
    objective: ends.objective[place]!,
    gradientNorm: ends.gradientNorm[place]!,
    parameters: ends.parameters.slice(place * width, (place + 1) * width),
    iterations: ends.iterations[place]!,
    termination: ends.termination[place]!,
  };
}

/** The ends of the first starts of a problem, the given ones and `random` others, in the solver's units. */
export async function allStarts(
  backend: Backend,
  problem: Problem,
  options: SolveOptions,
  random: number,
): Promise<StartResults> {
  const packed = packProblem(problem);
  const given = packed.givenStarts.length / problem.form.parameterNames.length;
  const range = { first: 0, total: given + random, structured: 0 };
  const kernel = await backend.kernel(variantOf(problem));
  const { lowestCell: _, ...ends } = await solveRange(backend, kernel, problem, packed, options, range);
  return ends;
}

function rangeOf(firstStart: number, count: number, structured: number) {
  return { firstStart, count, starts: count, firstResample: 0, each: true, structured };
}

/** The ends of consecutive starts, in requests that a backend takes at once. */
async function solveRange(
  backend: Backend,
  kernel: Kernel,
  problem: Problem,
  packed: PackedProblem,
  options: SolveOptions,
  { first, total, structured }: StartsRange,
): Promise<RangeEnds> {
  const width = problem.form.parameterNames.length;
  const ends = {
    lowestCell: Number.POSITIVE_INFINITY,
    objective: new Float64Array(total),
    gradientNorm: new Float64Array(total),
    iterations: new Int32Array(total),
    termination: new Uint8Array(total),
    parameters: new Float64Array(total * width),
  };
  const most = fitsPerRequest(backend, problem.training !== undefined);
  await partsInParallel(backend.concurrency, total, most, async (at, count) => {
    const answer = await kernel.solve(
      searchRequest(problem, packed, options, rangeOf(first + at, count, structured)),
    );
    ends.objective.set(answer.objective, at);
    ends.gradientNorm.set(answer.gradientNorm.map(Math.sqrt), at);
    ends.iterations.set(answer.iterations, at);
    ends.termination.set(answer.termination, at);
    ends.parameters.set(answer.parameters, at * width);
    for (const cell of answer.lowestCell)
      if (cell < noCell) ends.lowestCell = Math.min(ends.lowestCell, cell);
  });
  return ends;
}
