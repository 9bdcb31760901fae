import { getOrInsert } from "../collections.ts";
import type { Form } from "../forms/form.ts";
import { solveSquare } from "../identifiability/linear-system.ts";
import { randomStream } from "../random.ts";
import { influenceAt, residualAt, residualUnit, shapeOf } from "../solve/loss.ts";
import { boundsOf, type Loss, type Residual } from "../solve/problem.ts";
import { extremes, mean } from "../statistics.ts";
import type { Cut, SearchData } from "./data.ts";

/** What is minimised. */
export interface Criterion {
  loss: Loss;
  residual: Residual;
}

/** How a form predicts the rows beyond the cuts. */
export interface Judgement {
  /** Error over all cuts: the geometric mean of those of the cuts, so that a factor counts alike in each. */
  error: number;
  /** Of each cut: the root of the mean square of the residuals beyond it, or their mean size where the loss is not squared. */
  ofCuts: readonly number[];
  /** The error in each resample of the runs. */
  draws: Float64Array;
  /** Share of the cuts' resamples in which the step of the parameters was made shorter. */
  shortened: number;
}

/** Where a linear step is taken: residuals, their slopes and the inverse of the Gauss-Newton matrix. */
interface Linearised {
  /** Residual of each row. */
  residual: Float64Array;
  /** Free parameters x rows. */
  slopes: Float64Array;
  /** Free parameters x rows that were fitted: what each adds to the step of the parameters when it is counted once more. */
  steps: Float64Array;
  free: readonly number[];
}

/** The least error that counts, relative to the largest response: below it are errors of rounding, which say nothing of a form. */
const LEAST = 1e-13;

/**
 * Largest change of the predictions beyond a cut in a resample, in root mean squares of the residuals of a constant there, beside the error
 * of the fit: a linear step that goes on from there says no more than that the form is no better than a constant.
 */
const MOST_CHANGE = 1;

/** Added to the diagonal of a scaled matrix, so that parameters that the rows do not tell apart have no infinite step. */
const RIDGE = 1e-9;

/**
 * Judges forms by the rows beyond the cuts that their parameters were fitted up to, as they are and in resamples of the runs. In a resample
 * a run counts as often as it was drawn, both where it is fitted and where it is predicted; its parameters are those after one step of
 * Gauss and Newton from the fit of the data.
 */
export class Judge {
  readonly data: SearchData;
  readonly cuts: readonly Cut[];
  readonly resamples: number;
  readonly #criterion: Criterion;
  readonly #least: number;
  /** Resamples x rows: how often each row counts. */
  readonly #counts: Float64Array;
  readonly #deviations = new Map<number, number>();

  constructor(
    data: SearchData,
    cuts: readonly Cut[],
    criterion: Criterion,
    { resamples, seed }: { resamples: number; seed: number },
  ) {
    this.data = data;
    this.cuts = cuts;
    this.resamples = resamples;
    this.#criterion = criterion;
    const unit = criterion.residual === "plain" ? Math.max(...extremes(data.response).map(Math.abs)) : 1;
    this.#least = (LEAST * (unit || 1)) / (data.sigma === undefined ? 1 : extremes(data.sigma)[1]);
    this.#counts = drawnCounts(data, resamples, `${seed} ${data.name}`);
  }

  /** How often each row counts in a resample. */
  countsOf(resample: number): Float64Array {
    const rows = this.data.response.length;
    return this.#counts.subarray(resample * rows, (resample + 1) * rows);
  }

  /**
   * @param variables of the form, all rows
   * @param parameters the solution of each cut
   * @returns undefined where a prediction is no number
   */
  judge(
    form: Form,
    variables: readonly Float64Array[],
    parameters: readonly Float64Array[],
  ): Judgement | undefined {
    const logarithms = new Float64Array(this.resamples);
    const ofCuts: number[] = [];
    let shortened = 0;
    for (const [c, cut] of this.cuts.entries()) {
      const linear = this.linearise(form, variables, parameters[c]!, cut.rows);
      if (linear === undefined) return undefined;
      ofCuts.push(this.#errorOf(this.#meanSize(linear.residual, cut.rows)));
      shortened += this.#addDraws(linear, cut.rows, logarithms);
    }
    const geometric = (sum: number) => Math.exp(sum / ofCuts.length);
    return {
      error: geometric(ofCuts.reduce((sum, error) => sum + Math.log(error), 0)),
      ofCuts,
      draws: logarithms.map(geometric),
      shortened: shortened / (this.cuts.length * this.resamples),
    };
  }

  /** The error of predictions, one a row, beyond a cut. */
  errorBeyond(values: Float64Array, fitted: number): number {
    const { response, sigma } = this.data;
    const { residual: kind } = this.#criterion;
    const residual = values.map((value, i) => residualAt(kind, value, response[i]!) / (sigma?.[i] ?? 1));
    return this.#errorOf(this.#meanSize(residual, fitted));
  }

  /** An error of a mean of squares, or of sizes. */
  #errorOf(mean: number): number {
    return Math.max(this.#least, this.#criterion.loss.kind === "squared" ? Math.sqrt(mean) : mean);
  }

  /** A residual as it counts in the error. */
  #sizeOf(residual: number): number {
    return this.#criterion.loss.kind === "squared" ? residual * residual : Math.abs(residual);
  }

  #meanSize(residual: Float64Array, first: number): number {
    const { weights } = this.data;
    let [sum, total] = [0, 0];
    for (let i = first; i < residual.length; i++) {
      const weight = weights?.[i] ?? 1;
      sum += weight * this.#sizeOf(residual[i]!);
      total += weight;
    }
    return sum / total;
  }

  /** Residuals and steps of a fit of the first rows. */
  linearise(
    form: Form,
    variables: readonly Float64Array[],
    parameters: Float64Array,
    fitted: number,
  ): Linearised | undefined {
    const { response, weights, sigma } = this.data;
    const { loss, residual: kind } = this.#criterion;
    const rows = response.length;
    const width = parameters.length;
    const values = new Float64Array(rows);
    const slopes = new Float64Array(width * rows);
    form.gradientAt(parameters, variables, values, slopes);
    const residual = new Float64Array(rows);
    const { lower, upper } = boundsOf({ form });
    const free = Array.from(parameters, (_, p) => p).filter(
      (p) => parameters[p]! > lower[p]! && parameters[p]! < upper[p]!,
    );
    for (let i = 0; i < rows; i++) {
      const unit = (sigma?.[i] ?? 1) * residualUnit(kind, values[i]!, response[i]!);
      residual[i] = residualAt(kind, values[i]!, response[i]!) / (sigma?.[i] ?? 1);
      if (!Number.isFinite(residual[i]!)) return undefined;
      for (const p of free) slopes[p * rows + i]! /= unit;
    }
    const own = new Float64Array(free.length * rows);
    for (const [f, p] of free.entries()) {
      const column = slopes.subarray(p * rows, (p + 1) * rows);
      if (!column.every(Number.isFinite)) return undefined;
      own.set(column, f * rows);
    }
    const shape = shapeOf(loss);
    const influence = new Float64Array(fitted);
    const curvature = new Float64Array(fitted);
    for (let i = 0; i < fitted; i++) {
      const r = residual[i]!;
      const weight = weights?.[i] ?? 1;
      influence[i] = weight * influenceAt(shape, r);
      curvature[i] = r === 0 ? weight : influence[i]! / r;
    }
    return { residual, slopes: own, free, steps: stepsOf(own, rows, { influence, curvature }) };
  }

  /** What the parameters of a linearised fit move by in a resample, one a free parameter. */
  moved({ steps, free }: Linearised, fitted: number, resample: number): Float64Array {
    const counts = this.countsOf(resample);
    const move = new Float64Array(free.length);
    for (let f = 0; f < free.length; f++) {
      let sum = 0;
      for (let i = 0; i < fitted; i++) sum += (counts[i]! - 1) * steps[f * fitted + i]!;
      move[f] = sum;
    }
    return move;
  }

  /** Adds the logarithm of the error beyond a cut in each resample. @returns the number of resamples whose step was made shorter */
  #addDraws(linear: Linearised, fitted: number, logarithms: Float64Array): number {
    const { weights } = this.data;
    const { residual, slopes, free } = linear;
    const rows = residual.length;
    const most = MOST_CHANGE * this.#deviation(fitted) + Math.sqrt(meanSquare(residual, fitted));
    const change = new Float64Array(rows);
    let shortened = 0;
    for (let b = 0; b < logarithms.length; b++) {
      const counts = this.countsOf(b);
      const move = this.moved(linear, fitted, b);
      change.fill(0, fitted);
      for (let f = 0; f < free.length; f++) {
        for (let i = fitted; i < rows; i++) change[i]! += move[f]! * slopes[f * rows + i]!;
      }
      const size = Math.sqrt(meanSquare(change, fitted));
      const share = size > most ? most / size : 1;
      if (share < 1) shortened++;
      let [sum, total] = [0, 0];
      for (let i = fitted; i < rows; i++) {
        const count = counts[i]! * (weights?.[i] ?? 1);
        if (count === 0) continue;
        sum += count * this.#sizeOf(residual[i]! + share * change[i]!);
        total += count;
      }
      // Where no run beyond the cut was drawn nothing is predicted: the resample counts as the data.
      const mean = total > 0 ? sum / total : this.#meanSize(residual, fitted);
      logarithms[b]! += Math.log(this.#errorOf(mean));
    }
    return shortened;
  }

  /** Root mean square of the residuals beyond a cut of the mean response of the rows up to it. */
  #deviation(fitted: number): number {
    return getOrInsert(this.#deviations, fitted, () => {
      const { response, sigma } = this.data;
      const { residual: kind } = this.#criterion;
      const constant = mean(response.subarray(0, fitted));
      const own = response.map((y, i) => residualAt(kind, constant, y) / (sigma?.[i] ?? 1));
      return Math.sqrt(meanSquare(own, fitted));
    });
  }
}

/** Mean of the squares from a row on. */
function meanSquare(values: Float64Array, first: number): number {
  let sum = 0;
  for (let i = first; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum / (values.length - first);
}

/** How often each row counts in each resample: runs are drawn with replacement, as many as there are. */
function drawnCounts({ response, runs }: SearchData, resamples: number, key: string): Float64Array {
  const rows = response.length;
  const names = runs ?? Array.from(response, (_, row) => String(row));
  const places = new Map([...new Set(names)].map((name, place) => [name, place]));
  const runOf = Int32Array.from(names, (name) => places.get(name)!);
  const stream = randomStream(`search ${key}`);
  const counts = new Float64Array(resamples * rows);
  const drawn = new Float64Array(places.size);
  for (let b = 0; b < resamples; b++) {
    drawn.fill(0);
    for (let d = 0; d < places.size; d++) drawn[Math.floor(stream.uniform(0, places.size))]!++;
    for (let i = 0; i < rows; i++) counts[b * rows + i] = drawn[runOf[i]!]!;
  }
  return counts;
}

/** The step of the parameters for each fitted row that is counted once more: parameters x fitted rows. */
function stepsOf(
  slopes: Float64Array,
  rows: number,
  { influence, curvature }: { influence: Float64Array; curvature: Float64Array },
): Float64Array {
  const fitted = influence.length;
  const width = slopes.length / rows;
  const matrix = new Float64Array(width * width);
  for (let a = 0; a < width; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < fitted; i++) sum += curvature[i]! * slopes[a * rows + i]! * slopes[b * rows + i]!;
      matrix[a * width + b] = sum;
      matrix[b * width + a] = sum;
    }
  }
  const inverse = scaledInverse(matrix, width);
  const steps = new Float64Array(width * fitted);
  for (let i = 0; i < fitted; i++) {
    for (let a = 0; a < width; a++) {
      let sum = 0;
      for (let b = 0; b < width; b++) sum += inverse[a * width + b]! * slopes[b * rows + i]!;
      steps[a * fitted + i] = -influence[i]! * sum;
    }
  }
  return steps;
}

/** The inverse of a positive matrix, a little of whose scaled diagonal is added; parameters without any slope have no step. */
function scaledInverse(matrix: Float64Array, width: number): Float64Array {
  const scale = Float64Array.from({ length: width }, (_, p) => Math.sqrt(matrix[p * width + p]!));
  const scaled = matrix.map((value, at) => {
    const [a, b] = [Math.floor(at / width), at % width];
    if (a === b) return 1 + RIDGE;
    const product = scale[a]! * scale[b]!;
    return product > 0 ? value / product : 0;
  });
  const inverse = new Float64Array(width * width);
  for (let c = 0; c < width; c++) {
    if (scale[c] === 0) continue;
    const column = new Float64Array(width);
    column[c] = 1;
    solveSquare(scaled.slice(), column);
    for (let a = 0; a < width; a++)
      inverse[a * width + c] = scale[a]! > 0 ? column[a]! / (scale[a]! * scale[c]!) : 0;
  }
  return inverse;
}
