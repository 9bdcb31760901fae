import type { Driver } from "./driver.ts";
import { CudaError, formatBytes } from "./errors.ts";
import { type Handle, hostAddress } from "./library.ts";

/** Device addresses of the parts of a workspace are multiples of this. */
const alignment = 256;

/** Host memory is pinned by whole pages; pages of this size are whole ones on every system. */
const page = 65_536;

/** No workspace is smaller: growing costs more than the room. */
const leastBytes = 1 << 20;

/** Bytes before a workspace's input on the device: the batch's queue counter. */
export const queueBytes = alignment;

/** Bytes of what is drawn for the resamples of the fits at work. */
export function drawBytes(fitsAtWork: number, drawn: number): number {
  return 8 * fitsAtWork * drawn;
}

/** Host memory in whole pages, pinned where the system allows it. */
class PinnedBuffer {
  readonly buffer: ArrayBuffer;
  /** Byte offset of the first whole page in `buffer`. */
  readonly at: number;
  readonly address: bigint;
  readonly bytes: number;
  readonly #driver: Driver;
  readonly #pinned: boolean;

  constructor(driver: Driver, bytes: number) {
    this.#driver = driver;
    this.bytes = roundUp(bytes, page);
    this.buffer = new ArrayBuffer(this.bytes + page);
    const start = hostAddress(this.buffer);
    this.at = Number((BigInt(page) - (start % BigInt(page))) % BigInt(page));
    this.address = start + BigInt(this.at);
    this.#pinned = driver.pin(this.address, this.bytes);
  }

  release(): void {
    if (this.#pinned) this.#driver.unpin(this.address);
  }
}

/** Memory of one batch at a time, kept from batch to batch: on the device one block, on the host input and output. */
export class Workspace {
  readonly #driver: Driver;
  readonly #where: string;
  #block: { address: Handle; bytes: number } | undefined;
  #input: PinnedBuffer | undefined;
  #output: PinnedBuffer | undefined;
  #at = { output: 0, ended: 0, draws: 0 };

  /** @param where the device's name for messages, e.g. "GPU 0" */
  constructor(driver: Driver, where: string) {
    this.#driver = driver;
    this.#where = where;
  }

  /**
   * Makes room for a batch; what was in the workspace is lost. The device's context is current.
   * @param endedBytes what fits leave behind while they are on the device; `drawBytes` what is drawn for their resamples
   * @throws CudaError out of memory, with all of the device's block given back
   */
  reserve(inputBytes: number, outputBytes: number, endedBytes = 0, drawBytes = 0): void {
    const outputAt = queueBytes + roundUp(inputBytes, alignment);
    const endedAt = outputAt + roundUp(outputBytes, alignment);
    const drawsAt = endedAt + roundUp(endedBytes, alignment);
    const wanted = drawsAt + roundUp(drawBytes, alignment);
    if (!this.#block || this.#block.bytes < wanted) {
      // The driver waits for all of the device's work before it frees: one more reason to grow seldom.
      this.#freeBlock();
      this.#block = this.#allocate(wanted);
    }
    this.#at = { output: outputAt, ended: endedAt, draws: drawsAt };
    this.#input = this.#roomy(this.#input, inputBytes);
    this.#output = this.#roomy(this.#output, outputBytes);
  }

  /** Addresses of the batch on the device. */
  get device(): Record<"queue" | "input" | "output" | "ended" | "draws", Handle> {
    const queue = this.#block!.address;
    const { output, ended, draws } = this.#at;
    return {
      queue,
      input: queue + BigInt(queueBytes),
      output: queue + BigInt(output),
      ended: queue + BigInt(ended),
      draws: queue + BigInt(draws),
    };
  }

  /** The batch's host memory: `at` bytes into the buffer, the same place as `address`. */
  get input(): { buffer: ArrayBuffer; at: number; address: bigint } {
    return this.#input!;
  }

  get output(): { buffer: ArrayBuffer; at: number; address: bigint } {
    return this.#output!;
  }

  /** Gives everything back. Nothing of it is in use by a stream any more. */
  release(): void {
    this.#freeBlock();
    this.#input?.release();
    this.#output?.release();
    this.#input = this.#output = undefined;
  }

  #freeBlock(): void {
    if (this.#block) this.#driver.free(this.#block.address);
    this.#block = undefined;
  }

  /** With a quarter to spare, so that batches of about one size do not grow it each time; without if that is too much. */
  #allocate(wanted: number): { address: Handle; bytes: number } {
    const doing = (bytes: number): string => `allocate ${formatBytes(bytes)} on ${this.#where}`;
    const roomy = Math.max(leastBytes, roundUp(wanted * 1.25, page));
    try {
      return { address: this.#driver.allocate(roomy, doing(roomy)), bytes: roomy };
    } catch (error) {
      if (!(error instanceof CudaError && error.isOutOfMemory)) throw error;
      return { address: this.#driver.allocate(wanted, doing(wanted)), bytes: wanted };
    }
  }

  #roomy(now: PinnedBuffer | undefined, bytes: number): PinnedBuffer {
    if (now && now.bytes >= bytes) return now;
    now?.release();
    return new PinnedBuffer(this.#driver, Math.max(leastBytes, bytes * 1.25));
  }
}

/** Share of a device's free memory that lawfit takes for batches. */
const memoryShare = 0.8;

/** How much a batch may take on one device, bytes of input and output; falls by half where memory runs out. */
export class MemoryBudget {
  #bytes: number;

  /** @param free bytes free when the device was opened; @param slots batches that are on it at a time */
  constructor(free: number, slots: number) {
    // The quarter that a workspace has to spare is in the share.
    this.#bytes = Math.floor((free * memoryShare) / slots / 1.25);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A batch of so many bytes was too large. */
  halve(failed: number): void {
    this.#bytes = Math.floor(Math.min(this.#bytes, failed) / 2);
  }
}

function roundUp(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to;
}
