import type { KernelAnswer, KernelRequest } from "../kernel.ts";

/**
 * Bytes of one BatchRequest of kernels/cuda.cu: offsets of data, scalars and given starts, the starts before it and
 * the tolerance (8 bytes each), then points, flags, seed, problem, first start, count, limit, given (4 bytes each).
 */
export const requestBytes = 72;

/** Flags of a request (kernels/request.hpp). */
const flagLog = 1;
const flagExact = 2;

/** A request on its way: its answer is put together from its pieces. */
export interface Job {
  request: KernelRequest;
  parameters: number;
  /** Filled piece by piece. */
  answer: KernelAnswer | undefined;
  /** Starts whose answers are still to come. */
  missing: number;
  resolve(answer: KernelAnswer): void;
  reject(error: unknown): void;
}

/** Starts `from` .. `from + count - 1` of a job, counted from the first of its request. */
export interface Piece {
  job: Job;
  from: number;
  count: number;
}

/**
 * Makes a job of a request.
 * @throws TypeError, RangeError where the request's arrays are not what the kernels read: koffi and the driver would
 * take any bytes for float64
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
      const found = (array as object | null)?.constructor?.name ?? String(array);
      throw new TypeError(`${name} of a request is a ${found}; it must be a Float64Array`);
    }
  }
  const { points, data, scalars, givenStarts, count } = request;
  const columns = data.length / points - 2;
  if (!(Number.isInteger(columns) && columns >= 0)) {
    throw new RangeError(`data of a request has ${data.length} numbers for ${points} points`);
  }
  const wanted = 1 + 4 * parameters + 2 * columns;
  if (scalars.length !== wanted) {
    throw new RangeError(`scalars of a request has ${scalars.length} numbers, not ${wanted}`);
  }
  if (givenStarts.length % parameters !== 0) {
    throw new RangeError(`given starts have ${givenStarts.length} numbers for ${parameters} parameters`);
  }
  if (!(Number.isInteger(count) && count > 0)) throw new RangeError(`a request of ${count} starts`);
  return { request, parameters, answer: undefined, missing: count, resolve, reject };
}

/** Requests of one kernel that run together: what they take, and how they are laid out. */
export class Batch {
  readonly parameters: number;
  readonly pieces: Piece[] = [];
  /** Starts of all pieces. */
  starts = 0;
  /** Where each distinct array stands among the batch's numbers: requests that share an array share its copy. */
  readonly #offsets = new Map<Float64Array, number>();
  #numbers = 0;
  /** Float64 numbers of shared memory for the points of the largest problem that `sharedLimit` has room for. */
  sharedNumbers = 0;
  readonly #sharedLimit: number;

  /** @param sharedLimit float64 numbers of shared memory that a block may have */
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
    return outputBytesOf(this.starts, this.parameters);
  }

  /** Bytes that the batch would take with one piece more, of `count` starts of this job. */
  bytesWith({ request }: Job, count: number): number {
    let numbers = this.#numbers;
    for (const array of arraysOf(request)) if (!this.#offsets.has(array)) numbers += array.length;
    const input = requestBytes * (this.pieces.length + 1) + 8 * numbers;
    return input + outputBytesOf(this.starts + count, this.parameters);
  }

  add(piece: Piece): void {
    this.pieces.push(piece);
    this.starts += piece.count;
    const { request } = piece.job;
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
    const reals = new Float64Array(buffer, at, (requestBytes / 8) * this.pieces.length);
    let before = 0;
    this.pieces.forEach(({ job: { request, parameters }, from, count }, i) => {
      const word = (requestBytes / 4) * i;
      const { data, scalars, givenStarts } = request;
      [
        this.#offsets.get(data)!,
        this.#offsets.get(scalars)!,
        this.#offsets.get(givenStarts)!,
        before,
      ].forEach((offset, k) => {
        words[word + 2 * k] = (offset % 2 ** 32) | 0;
        words[word + 2 * k + 1] = Math.floor(offset / 2 ** 32);
      });
      reals[(requestBytes / 8) * i + 4] = request.tolerance;
      words[word + 10] = request.points;
      words[word + 11] = (request.logResidual ? flagLog : 0) + (request.polish ? flagExact : 0);
      words[word + 12] = request.seed;
      words[word + 13] = request.problemKey;
      words[word + 14] = request.firstStart + from;
      words[word + 15] = count;
      words[word + 16] = request.limit;
      words[word + 17] = givenStarts.length / parameters;
      before += count;
    });
    const numbers = new Float64Array(buffer, at + requestBytes * this.pieces.length, this.#numbers);
    for (const [array, offset] of this.#offsets) numbers.set(array, offset);
  }

  /** Cuts the device's answers and hands each piece's to its job; jobs that are complete are resolved. */
  read(buffer: ArrayBuffer, at: number): void {
    const { parameters: P } = this;
    const real = new Float64Array(buffer, at, this.starts * (2 + P));
    const whole = new Int32Array(buffer, at + real.byteLength, this.starts * 2);
    let before = 0;
    for (const { job, from, count } of this.pieces) {
      deliver(
        job,
        from,
        count,
        real.subarray(before * (2 + P), (before + count) * (2 + P)),
        whole.subarray(before * 2, (before + count) * 2),
      );
      before += count;
    }
  }
}

function outputBytesOf(starts: number, parameters: number): number {
  return starts * ((2 + parameters) * 8 + 2 * 4);
}

function arraysOf({ data, scalars, givenStarts }: KernelRequest): Float64Array[] {
  return [data, scalars, givenStarts];
}

/** Copies a piece's answer to its place in the job's: the buffer that it is in is used again. */
function deliver(job: Job, from: number, count: number, real: Float64Array, whole: Int32Array): void {
  const total = job.request.count;
  const { parameters } = job;
  if (count === total) {
    job.missing = 0;
    job.resolve({ real: real.slice(), whole: whole.slice() });
    return;
  }
  job.answer ??= { real: new Float64Array(total * (2 + parameters)), whole: new Int32Array(total * 2) };
  job.answer.real.set(real.subarray(0, count), from);
  job.answer.real.set(real.subarray(count, 2 * count), total + from);
  job.answer.real.set(real.subarray(2 * count), 2 * total + from * parameters);
  job.answer.whole.set(whole.subarray(0, count), from);
  job.answer.whole.set(whole.subarray(count), total + from);
  job.missing -= count;
  if (job.missing === 0) job.resolve(job.answer);
}

/**
 * Cuts pieces in two halves by their starts, for a batch that was too large; undefined where there is nothing to cut:
 * one start alone.
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
