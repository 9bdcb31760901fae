import { type Batch, requestBytes } from "./batch.ts";
import type { DeviceFacts } from "./devices.ts";
import type { Driver } from "./driver.ts";
import type { Handle } from "./library.ts";
import { drawBytes, MemoryBudget, Workspace } from "./memory.ts";

/** Threads of a block (the kernels' launch bounds). */
export const blockThreads = 128;

/** Batches on a device at a time: while one is solved, the other is copied or unpacked. */
export const slotsPerDevice = 2;

/** Blocks of a multiprocessor that shared memory leaves room for, at least: fewer would leave it idle too often. */
const blocksBesideEachOther = 3;

/** How a batch's fits are shared out: a thread each, or a warp each where there are many points. */
export type Sharing = "threads" | "warps";

/** Fits that a block works on at one time. */
export const fitsPerBlock: Readonly<Record<Sharing, number>> = {
  threads: blockThreads,
  warps: blockThreads / 32,
};

/** The kernels of one form, residual and loss. */
export interface KernelImage {
  /** The PTX for a compute capability. */
  ptx(capability: DeviceFacts["capability"]): string;
  /** For messages. */
  name: string;
}

interface LoadedKernel {
  module: Handle;
  solve: Readonly<Record<Sharing, Handle>>;
  starts: Handle;
  /** Bytes of shared memory of a block: the kernel's own, and the most that may be asked for on top. */
  dynamicShared: Readonly<Record<Sharing, number>>;
  /** Blocks on a multiprocessor by sharing and bytes of shared memory. */
  occupancy: Map<string, number>;
}

/** A stream with its memory and events: one batch at a time. */
export interface Slot {
  stream: Handle;
  workspace: Workspace;
  /** The kernel's begin and end, and the end of the copy after it. */
  began: Handle;
  solved: Handle;
  copied: Handle;
}

/**
 * One GPU that is open: its context, kernels, streams and memory. Every method makes the context current first; failures
 * are CudaErrors.
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

  /** Compiles (by the driver) the kernels for this device, once. */
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
   * Lets a kernel have as much shared memory as lets several blocks stay beside each other on a multiprocessor, and
   * at least what every kernel may have. @returns bytes beside the kernel's own
   */
  #allowShared(kernel: Handle): number {
    const { sharedPerBlock, sharedPerBlockOptIn, sharedPerMultiprocessor } = this.facts;
    const own = this.#driver.functionAttribute(kernel, "sharedBytes");
    // The system keeps 1 kB of a multiprocessor's shared memory for each block.
    const even = Math.floor(sharedPerMultiprocessor / blocksBesideEachOther) - 1024;
    const block = Math.max(sharedPerBlock, Math.min(sharedPerBlockOptIn, even));
    const dynamic = Math.floor((block - own) / 8) * 8;
    if (block > sharedPerBlock) this.#driver.allowShared(kernel, dynamic);
    return dynamic;
  }

  /** Float64 numbers of shared memory that a block may have for a problem's points. */
  sharedNumbers(image: KernelImage, sharing: Sharing): number {
    this.load(image);
    return this.#kernels.get(image)!.dynamicShared[sharing] / 8;
  }

  /** Fits that the device works on at one time, with this much shared memory a block (float64 numbers). */
  residentFits(image: KernelImage, sharing: Sharing, sharedNumbers: number): number {
    return this.#blocks(image, sharing, sharedNumbers) * fitsPerBlock[sharing];
  }

  /** Blocks that fill the device: multiprocessors x blocks on each. */
  #blocks(image: KernelImage, sharing: Sharing, sharedNumbers: number): number {
    this.load(image);
    const { solve, occupancy } = this.#kernels.get(image)!;
    const key = `${sharing} ${sharedNumbers}`;
    let blocks = occupancy.get(key);
    if (blocks === undefined) {
      blocks = Math.max(1, this.#driver.occupancy(solve[sharing], blockThreads, 8 * sharedNumbers));
      occupancy.set(key, blocks);
    }
    return blocks * this.facts.multiprocessors;
  }

  /** Queues a batch on a slot that is free: copy, clear the queue's counter, solve, copy back. Nothing is waited for. */
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

  /** Queues the making of random starts on a slot that is free; `finishStarts` has them. */
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

  /** Whether all that was queued on the slot is done; failures of that work are thrown here. */
  isDone(slot: Slot): boolean {
    this.#driver.use(this.#context);
    return this.#driver.isDone(slot.copied, `solve a batch on GPU ${this.facts.ordinal}`);
  }

  /** Milliseconds from the begin to the end of the slot's last batch, which is done. */
  kernelMilliseconds(slot: Slot): number {
    return this.#driver.elapsed(slot.began, slot.solved);
  }

  /** Waits for what a start that failed half-way has queued: its memory is in use until then. */
  settle(slot: Slot): void {
    try {
      this.#driver.use(this.#context);
      this.#driver.synchronise(slot.stream);
    } catch {
      // The failure that led here is the one to speak of; a device that is lost says so at the next call.
    }
  }

  /**
   * Gives back everything, when all that was queued has been done or given up. A device that has failed refuses
   * most of it; what can be given back is, and the rest goes with the context.
   */
  close(): void {
    const driver = this.#driver;
    const attempt = (action: () => void): void => {
      try {
        action();
      } catch {
        // A failed device: releasing the context is all there is to do.
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
