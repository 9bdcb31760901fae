import { Batch, cut, type Job, type Piece } from "./batch.ts";
import { drawBytes } from "./memory.ts";
import { type DeviceSession, fitsPerBlock, type KernelImage, type Sharing } from "./session.ts";

/** Fits of a batch for each fit that runs at one time: enough that the begin and the end of a batch take little of its time. */
const fitsPerPlace = 8;

/** Pieces of a large batch for each block, so that a block that is done early takes another. */
const piecesPerBlock = 2;

/** A queue of pieces of requests to one kernel. */
export class Lane {
  readonly image: KernelImage;
  readonly sharing: Sharing;
  readonly parameters: number;
  readonly #waiting: Piece[] = [];
  /** Index of the next piece; those before it have been taken. */
  #head = 0;
  /** Number of fits that wait. */
  fits = 0;

  constructor(image: KernelImage, sharing: Sharing, parameters: number) {
    this.image = image;
    this.sharing = sharing;
    this.parameters = parameters;
  }

  get isEmpty(): boolean {
    return this.#head === this.#waiting.length;
  }

  add(job: Job): void {
    this.#waiting.push({ job, from: 0, count: job.request.count });
    this.fits += job.request.count;
  }

  /** Puts pieces that were taken back in front. */
  putBack(pieces: readonly Piece[]): void {
    this.#waiting.splice(0, this.#head, ...pieces);
    this.#head = 0;
    for (const { count } of pieces) this.fits += count;
  }

  /** Takes all pieces that wait. */
  takeAll(): Piece[] {
    const all = this.#waiting.slice(this.#head);
    this.#waiting.length = this.#head = this.fits = 0;
    return all;
  }

  /**
   * Takes the next batch for a device: where other slots are free too a share of what waits, but at least as much as keeps the device
   * busy.
   *
   * @param places number of free slots, of this device and others
   * @returns the batch; or the next piece, where the device's memory has no room for one fit of it
   */
  takeBatch(session: DeviceSession, places: number): Batch | { tooLarge: Piece } {
    const { image, sharing } = this;
    const sharedLimit = session.sharedNumbers(image, sharing);
    const first = this.#waiting[this.#head]!.job.request.data.length;
    const resident = session.residentFits(image, sharing, first <= sharedLimit ? first : 0);
    const limit = Math.min(resident * fitsPerPlace, Math.max(resident, Math.ceil(this.fits / places)));
    const perBlock = fitsPerBlock[sharing];
    const blocks = resident / perBlock;
    const even = Math.min(limit, this.fits) / (blocks * piecesPerBlock);
    const most = Math.max(1, Math.ceil(even / perBlock)) * perBlock;

    const batch = new Batch(this.parameters, sharedLimit);
    // The draws of the resamples that run at one time take memory beside the batch.
    const drawn = this.#waiting[this.#head]!.job.request.population?.drawn ?? 0;
    const budget = session.budget.bytes - drawBytes(resident, drawn);
    while (!this.isEmpty && batch.fits < limit) {
      const piece = this.#waiting[this.#head]!;
      let count = cut(piece, most);
      if (batch.bytesWith(piece.job, count) > budget) {
        if (batch.fits > 0) break;
        while (count > 1 && batch.bytesWith(piece.job, count) > budget)
          count = cut(piece, Math.floor(count / 2));
        if (batch.bytesWith(piece.job, count) > budget) return { tooLarge: this.#take(piece.count) };
      }
      batch.add(this.#take(count));
    }
    return batch;
  }

  /** Takes the first fits of the next piece. */
  #take(count: number): Piece {
    const piece = this.#waiting[this.#head]!;
    this.fits -= count;
    if (count === piece.count) {
      ++this.#head;
      // Pieces that have been taken are dropped from time to time, so that answered requests can be collected.
      if (this.#head > 1024 && 2 * this.#head > this.#waiting.length) {
        this.#waiting.splice(0, this.#head);
        this.#head = 0;
      }
      return piece;
    }
    this.#waiting[this.#head] = { ...piece, from: piece.from + count, count: piece.count - count };
    return { ...piece, count };
  }
}
