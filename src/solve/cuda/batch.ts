import {
  answerIn,
  answerSize,
  type KernelAnswer,
  type KernelRequest,
  lossNumbers,
  noCell,
  requestFlags,
} from "../kernel.ts";
import { priorNumbers } from "../priors.ts";

/**
 * Bytes of one BatchRequest of kernels/cuda.cu: offsets of data, scalars, given starts, of the answer's real and whole
 * numbers, the fits before it and the tolerance (8 bytes each), then points, flags, seed, problem, first start, first
 * resample, count, starts, limit, given, population, drawn, structured and an unused number (4 bytes each).
 */
export const requestBytes = 112;

/** A request that is under way: its answer is assembled from those of its pieces. */
export interface Job {
  request: KernelRequest;
  parameters: number;
  /** Filled piece by piece. */
  answer: KernelAnswer | undefined;
  /** Number of fits without an answer. */
  missing: number;
  resolve(answer: KernelAnswer): void;
  reject(error: unknown): void;
}

/**
 * Fits `from` to `from + count - 1` of a job, counted from the first of its request. A piece of a batch is either whole resamples or
 * a part of one.
 */
export interface Piece {
  job: Job;
  from: number;
  count: number;
}

/**
 * Makes a job of a request.
 *
 * @throws TypeError, RangeError where the request's arrays do not have the types and lengths that the kernels read; koffi and the
 * driver would read any bytes as float64
 */
export function makeJob(
  request: KernelRequest,
  parameters: number,
  resolve: Job["resolve"],
  reject: Job["reject"],
): Job {
  for (const name of ["data", "scalars", "givenStarts"] as const) {
    const array: unknown = request[name];
    if (!(array instanceof Float64Array)) {
      const type = (array as object | null)?.constructor?.name ?? String(array);
      throw new TypeError(`${name} of a request is a ${type}; it must be a Float64Array`);
    }
  }
  const { points, data, scalars, formNumbers = 0, givenStarts, count, starts, population } = request;
  const { training, divided, priors } = request;
  const columns =
    data.length / points - 2 - (divided ? 1 : 0) - (population ? (population.moves ? 2 : 1) : 0);
  if (!(Number.isInteger(columns) && columns >= 0)) {
    throw new RangeError(`data of a request has ${data.length} numbers for ${points} points`);
  }
  const ofPriors = priors ? priorNumbers * parameters : 0;
  const wanted =
    formNumbers +
    lossNumbers +
    4 * parameters +
    2 * columns +
    ofPriors +
    (training ? 2 : 0) +
    (population?.numbers ?? 0);
  if (scalars.length !== wanted) {
    throw new RangeError(`scalars of a request has ${scalars.length} numbers, not ${wanted}`);
  }
  if (givenStarts.length % parameters !== 0) {
    throw new RangeError(`given starts have ${givenStarts.length} numbers for ${parameters} parameters`);
  }
  if (!(Number.isInteger(count) && count > 0)) throw new RangeError(`a request of ${count} starts`);
  if (!(Number.isInteger(starts) && count % starts === 0)) {
    throw new RangeError(`a request of ${count} fits with ${starts} starts a resample`);
  }
  return { request, parameters, answer: undefined, missing: count, resolve, reject };
}

/** Number of fits of a piece that can be cut off its front, at most `most`: whole resamples, or a part of one. */
export function cut({ job, from, count }: Piece, most: number): number {
  const { starts } = job.request;
  const here = from % starts;
  if (here > 0) return Math.min(most, starts - here, count);
  return most < starts ? Math.min(most, count) : Math.min(Math.floor(most / starts) * starts, count);
}

/** Pieces of requests to one kernel that run together: their memory, and its layout. */
export class Batch {
  readonly parameters: number;
  readonly pieces: Piece[] = [];
  /** Fits of all pieces. */
  fits = 0;
  /** Largest length of a resample over the requests. */
  drawn = 0;
  /** Offset of each distinct array among the batch's numbers: requests that share an array share its copy. */
  readonly #offsets = new Map<Float64Array, number>();
  #numbers = 0;
  #reals = 0;
  #wholes = 0;
  /** Shared memory for the points of the largest problem within `sharedLimit`, float64 numbers. */
  sharedNumbers = 0;
  readonly #sharedLimit: number;

  /** @param sharedLimit shared memory that a block may have, float64 numbers */
  constructor(parameters: number, sharedLimit: number) {
    this.parameters = parameters;
    this.#sharedLimit = sharedLimit;
  }

  /** Bytes to the device: requests, then numbers. */
  get inputBytes(): number {
    return requestBytes * this.pieces.length + 8 * this.#numbers;
  }

  /** Bytes from the device: real numbers of all pieces, then whole ones. */
  get outputBytes(): number {
    return 8 * this.#reals + 4 * this.#wholes;
  }

  /** Offset of the whole numbers in the output, bytes. */
  get wholesAt(): number {
    return 8 * this.#reals;
  }

  /** Bytes that stay on the device: the end of every fit, until the best of each resample is known. */
  get endedBytes(): number {
    return this.fits * endedBytesOf(this.parameters);
  }

  /** Bytes that the batch would take with a further piece of `count` fits of a job, without the draws. */
  bytesWith({ request }: Job, count: number): number {
    let numbers = this.#numbers;
    for (const array of arraysOf(request)) if (!this.#offsets.has(array)) numbers += array.length;
    const { reals, wholes } = answerSize(request, count, this.parameters);
    const input = requestBytes * (this.pieces.length + 1) + 8 * numbers;
    const output = 8 * (this.#reals + reals) + 4 * (this.#wholes + wholes);
    return input + output + (this.fits + count) * endedBytesOf(this.parameters);
  }

  add(piece: Piece): void {
    this.pieces.push(piece);
    this.fits += piece.count;
    const { request } = piece.job;
    const { reals, wholes } = answerSize(request, piece.count, this.parameters);
    this.#reals += reals;
    this.#wholes += wholes;
    this.drawn = Math.max(this.drawn, request.population?.drawn ?? 0);
    for (const array of arraysOf(request)) {
      if (this.#offsets.has(array)) continue;
      this.#offsets.set(array, this.#numbers);
      this.#numbers += array.length;
    }
    const shared = request.data.length;
    if (shared <= this.#sharedLimit) this.sharedNumbers = Math.max(this.sharedNumbers, shared);
  }

  /** Writes requests and numbers. `at`: byte offset into the buffer, a multiple of 8. */
  write(buffer: ArrayBuffer, at: number): void {
    const words = new Int32Array(buffer, at, (requestBytes / 4) * this.pieces.length);
    const numbers = new Float64Array(buffer, at + requestBytes * this.pieces.length, this.#numbers);
    const tolerances = new Float64Array(buffer, at, (requestBytes / 8) * this.pieces.length);
    let [reals, wholes, fits] = [0, 0, 0];
    this.pieces.forEach(({ job: { request, parameters }, from, count }, i) => {
      const { data, scalars, givenStarts, starts, population } = request;
      let word = (requestBytes / 4) * i;
      const offsets = this.#offsets;
      const longs = [
        offsets.get(data)!,
        offsets.get(scalars)!,
        offsets.get(givenStarts)!,
        reals,
        wholes,
        fits,
      ];
      for (const offset of longs) {
        words[word++] = (offset % 2 ** 32) | 0;
        words[word++] = Math.floor(offset / 2 ** 32);
      }
      tolerances[word / 2] = request.tolerance;
      word += 2;
      words[word++] = request.points;
      words[word++] = requestFlags(request);
      words[word++] = request.seed;
      words[word++] = request.problemKey;
      words[word++] = request.firstStart + (from % starts);
      words[word++] = request.firstResample + Math.floor(from / starts);
      words[word++] = count;
      words[word++] = Math.min(starts, count);
      words[word++] = request.limit;
      words[word++] = givenStarts.length / parameters;
      words[word++] = population?.key ?? 0;
      words[word++] = population?.drawn ?? 0;
      words[word++] = request.structured ?? 0;
      words[word++] = 0;
      const size = answerSize(request, count, parameters);
      reals += size.reals;
      wholes += size.wholes;
      fits += count;
    });
    for (const [array, offset] of this.#offsets) numbers.set(array, offset);
  }

  /** Hands the answers of the pieces, at `at` in the buffer, to their jobs; jobs that are complete are resolved. */
  read(buffer: ArrayBuffer, at: number): void {
    let real = at;
    let whole = at + this.wholesAt;
    for (const piece of this.pieces) {
      const { job, count } = piece;
      const { rows, reals, wholes } = answerSize(job.request, count, this.parameters);
      deliver(
        piece,
        answerIn(
          new Float64Array(buffer, real, reals),
          new Int32Array(buffer, whole, wholes),
          count,
          rows,
          this.parameters,
        ),
      );
      real += 8 * reals;
      whole += 4 * wholes;
    }
  }
}

/** Bytes of an Ended of kernels/cuda.cu: a fit's end, with its parameters. */
function endedBytesOf(parameters: number): number {
  return 16 + 8 * parameters;
}

function arraysOf({ data, scalars, givenStarts }: KernelRequest): Float64Array[] {
  return [data, scalars, givenStarts];
}

/** Copies the answer of a piece into that of its job, because its buffer is reused. */
function deliver({ job, from, count }: Piece, part: KernelAnswer): void {
  const { request, parameters } = job;
  const { starts, each } = request;
  job.answer ??= emptyAnswer(request, parameters);
  const { answer } = job;
  answer.objective.set(part.objective, from);
  const row = each ? from : Math.floor(from / starts);
  if (each || count >= starts) copyRows(part, answer, row, parameters);
  else joinPart(part, answer, from, starts, parameters);
  job.missing -= count;
  if (job.missing === 0) job.resolve(answer);
}

function emptyAnswer(request: KernelRequest, parameters: number): KernelAnswer {
  const { rows, reals, wholes } = answerSize(request, request.count, parameters);
  const answer = answerIn(new Float64Array(reals), new Int32Array(wholes), request.count, rows, parameters);
  answer.best.fill(-1);
  answer.lowestCell.fill(noCell);
  return answer;
}

const rowNumbers = ["gradientNorm", "iterations", "termination", "best", "lowestCell"] as const;

function copyRows(part: KernelAnswer, answer: KernelAnswer, row: number, parameters: number): void {
  for (const name of rowNumbers) answer[name].set(part[name], row);
  answer.allIterations.set(part.allIterations, row);
  answer.parameters.set(part.parameters, row * parameters);
}

/**
 * Merges a part of the starts of one resample into its row: the best of the part takes the row if it is better than those of
 * other parts, which come in any order.
 */
function joinPart(
  part: KernelAnswer,
  answer: KernelAnswer,
  from: number,
  starts: number,
  parameters: number,
): void {
  const row = Math.floor(from / starts);
  const iterations = answer.allIterations[row]! + part.allIterations[0]!;
  const lowestCell = Math.min(answer.lowestCell[row]!, part.lowestCell[0]!);
  const place = (from % starts) + part.best[0]!;
  const before = answer.best[row]!;
  const fall = before < 0 ? 1 : answer.objective[row * starts + before]! - part.objective[part.best[0]!]!;
  if (fall > 0 || (fall === 0 && place < before)) {
    copyRows(part, answer, row, parameters);
    answer.best[row] = place;
  }
  answer.allIterations[row] = iterations;
  answer.lowestCell[row] = lowestCell;
}

/**
 * Cuts the pieces of a batch that was too large in two halves; undefined for a single fit.
 */
export function halves(pieces: readonly Piece[]): [Piece[], Piece[]] | undefined {
  const total = pieces.reduce((sum, { count }) => sum + count, 0);
  if (total < 2) return undefined;
  const first: Piece[] = [];
  const second: Piece[] = [];
  let room = Math.ceil(total / 2);
  for (const piece of pieces) {
    const here = Math.min(room, piece.count);
    room -= here;
    if (here > 0) first.push({ ...piece, count: here });
    if (here < piece.count) second.push({ ...piece, from: piece.from + here, count: piece.count - here });
  }
  return [first, second];
}
