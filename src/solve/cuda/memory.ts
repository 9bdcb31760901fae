import type { Driver } from "./driver.ts";
import { CudaError, formatBytes } from "./errors.ts";
import { type Handle, hostAddress } from "./library.ts";

/** Device addresses of the parts of a workspace are multiples of this. */
const alignment = 256;

/** Host memory is pinned by whole pages; this is a multiple of the page size of every system. */
const page = 65_536;

/** Least size of a workspace, bytes, because growing costs more than spare memory. */
const leastBytes = 1 << 20;

/** Bytes of the batch's queue counter, which comes before the input on the device. */
export const queueBytes = alignment;

/** Bytes of the draws of resamples, of the fits that run at one time. */
export function drawBytes(fitsAtWork: number, drawn: number): number {
  return 8 * fitsAtWork * drawn;
}

/** Host memory in whole pages, which is pinned where the system allows it. */
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

/** Memory of one batch at a time, reused by the next: one block on the device, input and output on the host. */
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
   * Makes room for a batch; the content of the workspace is lost. The device's context must be current.
   *
   * @param endedBytes of the ends of fits, which stay on the device
   * @param drawBytes of the draws of their resamples
   * @throws CudaError out of memory; the block on the device is then freed
   */
  reserve(inputBytes: number, outputBytes: number, endedBytes = 0, drawBytes = 0): void {
    const outputAt = queueBytes + roundUp(inputBytes, alignment);
    const endedAt = outputAt + roundUp(outputBytes, alignment);
    const drawsAt = endedAt + roundUp(endedBytes, alignment);
    const wanted = drawsAt + roundUp(drawBytes, alignment);
    if (!this.#block || this.#block.bytes < wanted) {
      // The driver waits for all work of the device before it frees memory: one more reason to grow seldom.
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

  /** The batch's host memory: it starts `at` bytes into the buffer, at `address`. */
  get input(): { buffer: ArrayBuffer; at: number; address: bigint } {
    return this.#input!;
  }

  get output(): { buffer: ArrayBuffer; at: number; address: bigint } {
    return this.#output!;
  }

  /** Frees all memory. No stream may use it any more. */
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

  /** Allocates a quarter more than wanted, so that batches of similar sizes do not grow it each time; no more than wanted if memory is short. */
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

/** The largest size of a batch on a device, bytes; it is halved when memory runs out. */
export class MemoryBudget {
  #bytes: number;

  /**
   * @param free free memory when the device was opened, bytes
   * @param slots number of batches that are on the device at a time
   */
  constructor(free: number, slots: number) {
    // The share includes the quarter that a workspace has to spare.
    this.#bytes = Math.floor((free * memoryShare) / slots / 1.25);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Halves the budget after a batch of `failed` bytes was too large. */
  halve(failed: number): void {
    this.#bytes = Math.floor(Math.min(this.#bytes, failed) / 2);
  }
}

function roundUp(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to;
}
