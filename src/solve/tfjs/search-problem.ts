import { getOrInsert } from "../../collections.ts";
import { resampleDrawer } from "../draw-resample.ts";
import { type KernelRequest, lossNumbers } from "../kernel.ts";
import { startVector } from "../philox.ts";
import { type Coordinates, linkCoefficients, shiftLevels } from "./search-state.ts";

/** The parts of a request's scalars (`KernelRequest.scalars`). */
interface Scalars {
  delta: number;
  over: number;
  under: number;
  lower: Float64Array;
  upper: Float64Array;
  /** Lower ends of all parameters, then upper ends. */
  startRange: Float64Array;
  centres: Float64Array;
  halfRanges: Float64Array;
  scheme: Float64Array;
}

/** The points of one resample, padded; float32. */
interface ResampleRows {
  response: Float32Array;
  weight: Float32Array;
  /** What residuals are multiplied by: 1 / sigma, of relative ones 1 / (response sigma). */
  unit: Float32Array;
}

/** A request in the layout of the tensors: float32, with shifted columns, and rows padded to a length that requests share. */
export class SearchProblem {
  readonly points: number;
  /** Length of the rows: the points, and padding of weight 0. */
  readonly width: number;
  /** A row for each column of the form. */
  readonly columns: readonly Float32Array[];
  readonly lower: Float32Array;
  readonly upper: Float32Array;
  /** Whether any parameter is bounded. */
  readonly bounded: boolean;
  readonly halfRanges: Float32Array;
  /** Coefficients of the links of the coordinates. */
  readonly coefficients: Float64Array;
  /** Residuals are divided by this. */
  readonly scale: number;
  /** What the loss of residuals above 0 and below is multiplied by. */
  readonly over: number;
  readonly under: number;
  /** Whether residuals are multiplied by a number of their point's. */
  readonly hasUnits: boolean;
  readonly #request: KernelRequest;
  readonly #coordinates: Coordinates;
  readonly #scalars: Scalars;
  readonly #given: number;
  readonly #resamples = new Map<number, ResampleRows>();
  readonly #draw: ((resample: number, out: Float64Array) => void) | undefined;

  /**
   * @param robust whether the loss is not squared
   */
  constructor(
    request: KernelRequest,
    parameters: number,
    columns: number,
    coordinates: Coordinates,
    robust: boolean,
  ) {
    this.#request = request;
    this.#coordinates = coordinates;
    this.#scalars = scalarsOf(request, parameters, columns);
    this.#given = request.givenStarts.length / parameters;
    const { centres, delta, over, under, lower, upper, halfRanges } = this.#scalars;
    this.over = over;
    this.under = under;
    this.hasUnits = request.relative === true || request.divided === true;
    this.points = request.points;
    this.width = paddedWidth(request.points);
    this.columns = Array.from({ length: columns }, (_, c) => {
      const centre = coordinates.shifted.has(c) ? centres[c]! : 0;
      return this.#padded((q) => this.#datum(c, q) - centre, this.#datum(c, 0) - centre);
    });
    this.lower = Float32Array.from(lower, unbounded);
    this.upper = Float32Array.from(upper, unbounded);
    this.bounded = [...this.lower, ...this.upper].some(Number.isFinite);
    this.halfRanges = Float32Array.from(halfRanges);
    this.coefficients = linkCoefficients(coordinates, centres);
    let largest = 0;
    for (let q = 0; q < this.points; q++) {
      const size = request.logResidual || request.relative ? 1 : Math.abs(this.#datum(columns, q));
      largest = Math.max(largest, size / this.#sigma(q));
    }
    this.scale = robust ? delta : largest === 0 ? 1 : largest;
    const rows = this.#firstDrawRow;
    const { population } = request;
    this.#draw =
      population &&
      resampleDrawer({
        ...population,
        seed: request.seed,
        numbers: this.#scalars.scheme,
        group: request.data.subarray(rows * this.points, (rows + 1) * this.points),
        residual: request.data.subarray((rows + 1) * this.points),
      });
  }

  /** The start of a fit within its bounds, in the user's coordinates, the same as in the kernels; not of one from the form's structure. */
  start(fit: number): Float64Array {
    const { firstStart, firstResample, starts, givenStarts, structured = 0 } = this.#request;
    const { lower, upper, startRange } = this.#scalars;
    const number = firstStart + (fit % starts);
    const resample = firstResample + Math.floor(fit / starts);
    const size = lower.length;
    const start =
      number < this.#given
        ? givenStarts.slice(number * size, (number + 1) * size)
        : startVector(this.#request, number - this.#given - structured, resample, startRange);
    return start.map((x, i) => Math.max(lower[i]!, Math.min(upper[i]!, x)));
  }

  /** Parameters in the shifted coordinates (sign 1), or back in the user's (sign -1). */
  shift(parameters: Float64Array, sign: 1 | -1): Float64Array {
    const shifted = parameters.slice();
    shiftLevels(this.#coordinates, this.coefficients, shifted, sign);
    return shifted;
  }

  /** Parameters of the search in float64; those on a bound are on it exactly. */
  end(p: Float32Array, q: Float32Array): Float64Array {
    const { lower, upper } = this.#scalars;
    return this.shift(Float64Array.from(q), -1).map((x, i) =>
      p[i]! <= this.lower[i]! ? lower[i]! : p[i]! >= this.upper[i]! ? upper[i]! : x,
    );
  }

  /** Responses and weights of the resample of a fit. */
  rows(fit: number): ResampleRows {
    const resample = Math.floor(fit / this.#request.starts);
    return getOrInsert(this.#resamples, resample, () =>
      this.#makeRows(this.#request.firstResample + resample),
    );
  }

  #makeRows(resample: number): ResampleRows {
    const { population } = this.#request;
    const columns = this.columns.length;
    const drawn = new Float64Array(population?.drawn ?? 0);
    this.#draw?.(resample, drawn);
    const { relative } = this.#request;
    const responseAt = (q: number): number => {
      const moved = this.#datum(columns, q) + (population?.moves ? drawn[q]! * this.#sigma(q) : 0);
      return relative ? Math.exp(moved) : moved;
    };
    const weightAt = (q: number): number =>
      this.#datum(columns + 1, q) *
      (population && !population.moves ? drawn[this.#datum(this.#firstDrawRow, q)]! : 1);
    let heaviest = 0;
    for (let q = 0; q < this.points; q++) heaviest = Math.max(heaviest, weightAt(q));
    const unit = heaviest > 0 ? heaviest : 1;
    return {
      response: this.#padded(responseAt, responseAt(0)),
      weight: this.#padded((q) => weightAt(q) / unit, 0),
      unit: this.#padded((q) => 1 / this.#sigma(q) / (relative ? responseAt(q) : 1), 1),
    };
  }

  /** The row of the data that the resampling's begin with. */
  get #firstDrawRow(): number {
    return this.columns.length + (this.#request.divided ? 3 : 2);
  }

  #sigma(point: number): number {
    return this.#request.divided ? this.#datum(this.columns.length + 2, point) : 1;
  }

  #datum(row: number, point: number): number {
    return this.#request.data[row * this.points + point]!;
  }

  #padded(valueAt: (point: number) => number, beyond: number): Float32Array {
    return Float32Array.from({ length: this.width }, (_, q) => (q < this.points ? valueAt(q) : beyond));
  }
}

/** The next length with at most three significant bits, so that problems of many sizes share few lengths. */
function paddedWidth(points: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(points)) - 2);
  return Math.ceil(points / step) * step;
}

/** A bound, infinite where it is the kernels' largest number, which stands for none. */
function unbounded(bound: number): number {
  return Math.abs(bound) >= 1e308 ? Math.sign(bound) * Number.POSITIVE_INFINITY : bound;
}

function scalarsOf({ scalars }: KernelRequest, parameters: number, columns: number): Scalars {
  let from = lossNumbers;
  const take = (length: number): Float64Array => {
    from += length;
    return scalars.subarray(from - length, from);
  };
  return {
    delta: scalars[0]!,
    over: scalars[1]!,
    under: scalars[2]!,
    lower: take(parameters),
    upper: take(parameters),
    startRange: take(2 * parameters),
    centres: take(columns),
    halfRanges: take(columns),
    scheme: scalars.subarray(from),
  };
}
