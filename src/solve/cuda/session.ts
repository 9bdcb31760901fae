import { getOrInsert } from "../../collections.ts";
import { type Batch, requestBytes } from "./batch.ts";
import type { DeviceFacts } from "./devices.ts";
import type { Driver } from "./driver.ts";
import type { Handle } from "./library.ts";
import { drawBytes, MemoryBudget, Workspace } from "./memory.ts";

/** Number of threads of a block (the kernels' launch bounds). */
const blockThreads = 128;

/** Number of batches on a device at a time: while one is solved, the other is copied or read. */
export const slotsPerDevice = 2;

/** Least number of blocks for which a multiprocessor's shared memory has room; with fewer it would often be idle. */
const blocksBesideEachOther = 3;

/** Whether a thread or, for many points, a warp solves a fit. */
export type Sharing = "threads" | "warps";

/** Number of fits that a block solves at one time. */
export const fitsPerBlock: Readonly<Record<Sharing, number>> = {
  threads: blockThreads,
  warps: blockThreads / 32,
};

/** The kernels of one form, residual and loss. */
export interface KernelImage {
  /** The PTX for a compute capability. */
  ptx(capability: DeviceFacts["capability"]): string;
  /** Name in messages. */
  name: string;
}

interface LoadedKernel {
  module: Handle;
  solve: Readonly<Record<Sharing, Handle>>;
  starts: Handle;
  /** Dynamic shared memory that a block may have beside the kernel's static one, bytes. */
  dynamicShared: Readonly<Record<Sharing, number>>;
  /** Number of blocks on a multiprocessor, by sharing and shared memory. */
  occupancy: Map<string, number>;
}

/** A stream with memory and events, for one batch at a time. */
export interface Slot {
  stream: Handle;
  workspace: Workspace;
  /** Events: begin and end of the kernel, and the end of the copy after it. */
  began: Handle;
  solved: Handle;
  copied: Handle;
}

/**
 * An open GPU: its context, kernels, streams and memory. Every method makes the context current first. Failures are CudaErrors.
 */
export class DeviceSession {
  readonly facts: DeviceFacts;
  readonly budget: MemoryBudget;
  readonly slots: readonly Slot[];
  readonly #driver: Driver;
  readonly #context: Handle;
  readonly #kernels = new Map<KernelImage, LoadedKernel>();

  constructor(driver: Driver, facts: DeviceFacts) {
    this.#driver = driver;
    this.facts = facts;
    this.#context = driver.retainContext(facts.device);
    const slots: Slot[] = [];
    this.slots = slots;
    try {
      driver.use(this.#context);
      this.budget = new MemoryBudget(driver.freeMemory(), slotsPerDevice);
      for (let i = 0; i < slotsPerDevice; ++i) {
        slots.push({
          stream: driver.createStream(),
          workspace: new Workspace(driver, `GPU ${facts.ordinal}`),
          began: driver.createEvent(),
          solved: driver.createEvent(),
          copied: driver.createEvent(),
        });
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Lets the driver compile the kernels for this device, unless it has done so. */
  load(image: KernelImage): void {
    this.#driver.use(this.#context);
    if (!this.#kernels.has(image)) this.#kernels.set(image, this.#loadKernel(image));
  }

  #loadKernel(image: KernelImage): LoadedKernel {
    const driver = this.#driver;
    const { ordinal, capability } = this.facts;
    const module = driver.loadModule(image.ptx(capability), `load ${image.name} on GPU ${ordinal}`);
    try {
      const solve = {
        threads: driver.function(module, "lawfit_threads"),
        warps: driver.function(module, "lawfit_warps"),
      };
      const starts = driver.function(module, "lawfit_starts");
      const dynamicShared = {
        threads: this.#allowShared(solve.threads),
        warps: this.#allowShared(solve.warps),
      };
      return { module, solve, starts, dynamicShared, occupancy: new Map() };
    } catch (error) {
      driver.unloadModule(module);
      throw error;
    }
  }

  /**
   * Allows a kernel as much shared memory as leaves room for several blocks on a multiprocessor, and at least the default.
   *
   * @returns dynamic shared memory of a block beside the kernel's static one, bytes
   */
  #allowShared(kernel: Handle): number {
    const { sharedPerBlock, sharedPerBlockOptIn, sharedPerMultiprocessor } = this.facts;
    const fixed = this.#driver.functionAttribute(kernel, "sharedBytes");
    // The system keeps 1 kB of a multiprocessor's shared memory for each block.
    const even = Math.floor(sharedPerMultiprocessor / blocksBesideEachOther) - 1024;
    const block = Math.max(sharedPerBlock, Math.min(sharedPerBlockOptIn, even));
    const dynamic = Math.floor((block - fixed) / 8) * 8;
    if (block > sharedPerBlock) this.#driver.allowShared(kernel, dynamic);
    return dynamic;
  }

  /** Shared memory that a block may have for the points of a problem, float64 numbers. */
  sharedNumbers(image: KernelImage, sharing: Sharing): number {
    this.load(image);
    return this.#kernels.get(image)!.dynamicShared[sharing] / 8;
  }

  /** Number of fits that the device solves at one time, with so much shared memory of a block, float64 numbers. */
  residentFits(image: KernelImage, sharing: Sharing, sharedNumbers: number): number {
    return this.#blocks(image, sharing, sharedNumbers) * fitsPerBlock[sharing];
  }

  /** Number of blocks that fill the device: multiprocessors x blocks on each. */
  #blocks(image: KernelImage, sharing: Sharing, sharedNumbers: number): number {
    this.load(image);
    const { solve, occupancy } = this.#kernels.get(image)!;
    const key = `${sharing} ${sharedNumbers}`;
    const blocks = getOrInsert(occupancy, key, () =>
      Math.max(1, this.#driver.occupancy(solve[sharing], blockThreads, 8 * sharedNumbers)),
    );
    return blocks * this.facts.multiprocessors;
  }

  /** Queues a batch on a free slot, without waiting: copy, clear the queue counter, solve, copy back. */
  start(slot: Slot, image: KernelImage, sharing: Sharing, batch: Batch): void {
    this.load(image);
    const driver = this.#driver;
    const { stream, workspace } = slot;
    const { inputBytes, outputBytes, endedBytes, wholesAt, pieces, sharedNumbers, drawn } = batch;
    const blocks = Math.min(pieces.length, this.#blocks(image, sharing, sharedNumbers));
    workspace.reserve(inputBytes, outputBytes, endedBytes, drawBytes(blocks * fitsPerBlock[sharing], drawn));
    const { queue, input, output, ended, draws } = workspace.device;
    batch.write(workspace.input.buffer, workspace.input.at);
    driver.copyToDevice(input, workspace.input.address, inputBytes, stream);
    driver.clear(queue, 4, stream);
    driver.record(slot.began, stream);
    driver.launch(
      this.#kernels.get(image)!.solve[sharing],
      { blocks, threads: blockThreads, sharedBytes: 8 * sharedNumbers },
      stream,
      [
        input,
        pieces.length,
        queue,
        input + BigInt(requestBytes * pieces.length),
        output,
        output + BigInt(wholesAt),
        ended,
        draws,
        sharedNumbers,
      ],
    );
    driver.record(slot.solved, stream);
    driver.copyToHost(workspace.output.address, output, outputBytes, stream);
    driver.record(slot.copied, stream);
  }

  /** Queues the drawing of random starts on a free slot, which end up in its output, count x parameters, row-major. */
  startStarts(
    slot: Slot,
    image: KernelImage,
    wanted: { seed: number; problemKey: number; firstStart: number; count: number },
    range: Float64Array,
  ): void {
    this.load(image);
    const driver = this.#driver;
    const { stream, workspace } = slot;
    const parameters = range.length / 2;
    const outputBytes = 8 * parameters * wanted.count;
    workspace.reserve(range.byteLength, outputBytes);
    const { input, output } = workspace.device;
    new Float64Array(workspace.input.buffer, workspace.input.at, range.length).set(range);
    driver.copyToDevice(input, workspace.input.address, range.byteLength, stream);
    driver.launch(
      this.#kernels.get(image)!.starts,
      { blocks: Math.ceil(wanted.count / blockThreads), threads: blockThreads, sharedBytes: 0 },
      stream,
      [wanted.seed, wanted.problemKey, wanted.firstStart, wanted.count, input, output],
    );
    driver.copyToHost(workspace.output.address, output, outputBytes, stream);
    driver.record(slot.copied, stream);
  }

  /** Whether all work on the slot is done; failures of that work are thrown here. */
  isDone(slot: Slot): boolean {
    this.#driver.use(this.#context);
    return this.#driver.isDone(slot.copied, `solve a batch on GPU ${this.facts.ordinal}`);
  }

  /** Duration of the kernel of the slot's last batch, which is done, milliseconds. */
  kernelMilliseconds(slot: Slot): number {
    return this.#driver.elapsed(slot.began, slot.solved);
  }

  /** Waits for the work of a start that failed half-way, which uses the slot's memory until it is done. */
  settle(slot: Slot): void {
    try {
      this.#driver.use(this.#context);
      this.#driver.synchronise(slot.stream);
    } catch {
      // The failure that led here is reported; a device that is lost fails again at the next call.
    }
  }

  /**
   * Releases everything, after all work is done or given up. A device that has failed refuses most of it; the rest is released with
   * the context.
   */
  close(): void {
    const driver = this.#driver;
    const attempt = (action: () => void): void => {
      try {
        action();
      } catch {
        // The device has failed; releasing its context is all that is left to do.
      }
    };
    attempt(() => driver.use(this.#context));
    for (const { stream, workspace, began, solved, copied } of this.slots) {
      attempt(() => driver.synchronise(stream));
      attempt(() => workspace.release());
      for (const event of [began, solved, copied]) attempt(() => driver.destroyEvent(event));
      attempt(() => driver.destroyStream(stream));
    }
    for (const { module } of this.#kernels.values()) attempt(() => driver.unloadModule(module));
    this.#kernels.clear();
    attempt(() => driver.releaseContext(this.facts.device));
  }
}
