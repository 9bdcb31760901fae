import { getOrInsert } from "../../collections.ts";
import type { Fallback } from "../fallback.ts";
import {
  type KernelAnswer,
  type KernelRequest,
  type KernelVariant,
  manyPoints,
  type StartsRequest,
} from "../kernel.ts";
import { type Batch, halves, type Job, makeJob, type Piece } from "./batch.ts";
import { DevicePool, type FreeSlot } from "./device-pool.ts";
import type { DeviceFacts } from "./devices.ts";
import type { Driver } from "./driver.ts";
import { CudaError, formatBytes } from "./errors.ts";
import { Lane } from "./lane.ts";
import type { DeviceSession, KernelImage } from "./session.ts";

/** Counts of what the pipeline has done, for tests, benchmarks and diagnosis. */
export interface PipelineStatistics {
  /** Batches that were answered, and their pieces of requests and fits. */
  batches: number;
  pieces: number;
  fits: number;
  /** Bytes that were copied to and from the devices. */
  bytesToDevice: number;
  bytesFromDevice: number;
  /** Sum over batches of the duration of their kernels, seconds; batches of one device may overlap. */
  kernelSeconds: number;
  /** Batches that were cut in two halves because memory ran out. */
  halvings: number;
  /** Requests that the fallback answered. */
  fellBack: number;
  /** Devices that were opened, and given up. */
  devices: number;
  lostDevices: number;
}

/** The kernels of one form, residual and loss, and their variant. */
export interface PipelineKernel extends KernelImage {
  variant: KernelVariant;
}

/** A request for random starts. */
interface StartsJob {
  kernel: PipelineKernel;
  request: StartsRequest;
  range: Float64Array;
  resolve(starts: Float64Array): void;
  reject(error: unknown): void;
}

interface PipelineOptions {
  driver: Driver;
  devices: readonly DeviceFacts[];
  fallback: Fallback;
  onWarning: (line: string) => void;
}

/**
 * Answers requests on the devices. Requests that are made within one turn of the event loop are gathered by kernel and cut into
 * batches for free slots; requests that come while all slots are taken wait for the next batches.
 *
 * Every request is answered. Where memory runs out a batch is halved; where a device fails its requests go to the other devices,
 * then to the fallback; where a driver refuses a kernel its requests go to the fallback.
 */
export class Pipeline {
  readonly #devices: DevicePool;
  readonly #fallback: Fallback;
  readonly #onWarning: (line: string) => void;
  readonly #lanes = new Map<string, Lane>();
  readonly #ids = new Map<PipelineKernel, number>();
  readonly #startsJobs: StartsJob[] = [];
  /** Jobs without an answer, with the kernel that the fallback needs. */
  readonly #open = new Map<Job, PipelineKernel>();
  /** Kernels that a driver refused, and devices with too little memory for a batch or a problem; there is one warning for each. */
  readonly #refused = new Set<PipelineKernel>();
  readonly #tight = new Set<DeviceSession>();
  readonly #small = new Set<DeviceSession>();
  #isPumping = false;
  #isClosed = false;
  readonly #counts = {
    batches: 0,
    pieces: 0,
    fits: 0,
    bytesToDevice: 0,
    bytesFromDevice: 0,
    kernelSeconds: 0,
    halvings: 0,
    fellBack: 0,
  };

  constructor({ driver, devices, fallback, onWarning }: PipelineOptions) {
    this.#devices = new DevicePool({ driver, devices, onWarning, onChange: () => this.#schedulePump() });
    this.#fallback = fallback;
    this.#onWarning = onWarning;
  }

  get statistics(): Readonly<PipelineStatistics> {
    return { ...this.#counts, devices: this.#devices.opened, lostDevices: this.#devices.lost };
  }

  /** Answers a request. Rejects with TypeError or RangeError where its arrays are not those that the kernels read. */
  solve(kernel: PipelineKernel, request: KernelRequest): Promise<KernelAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw closedError();
      const settle = (): void => {
        this.#open.delete(job);
      };
      const job = makeJob(
        request,
        kernel.variant.parameters,
        (answer) => {
          settle();
          resolve(answer);
        },
        (error) => {
          settle();
          reject(error);
        },
      );
      this.#open.set(job, kernel);
      if (this.#noDeviceFor(kernel)) {
        this.#fallBack([job]);
        return;
      }
      this.#laneOf(kernel, job).add(job);
      this.#schedulePump();
    });
  }

  /** Random starts, count x parameters, row-major, before they are moved into the bounds. */
  starts(kernel: PipelineKernel, request: StartsRequest, range: Float64Array): Promise<Float64Array> {
    if (!(range instanceof Float64Array)) throw new TypeError("the range of starts must be a Float64Array");
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw closedError();
      this.#startsJobs.push({ kernel, request, range, resolve, reject });
      this.#schedulePump();
    });
  }

  /** Ends all work; promises without an answer are rejected. */
  close(): void {
    this.#isClosed = true;
    for (const job of [...this.#open.keys()]) job.reject(closedError());
    for (const { reject } of this.#startsJobs.splice(0)) reject(closedError());
    this.#devices.close();
  }

  #laneOf(kernel: PipelineKernel, { request }: Job): Lane {
    const sharing = request.points >= manyPoints ? "warps" : "threads";
    const key = `${getOrInsert(this.#ids, kernel, () => this.#ids.size)} ${sharing}`;
    return getOrInsert(this.#lanes, key, () => new Lane(kernel, sharing, kernel.variant.parameters));
  }

  #noDeviceFor(kernel: PipelineKernel): boolean {
    return this.#refused.has(kernel) || this.#devices.isEmpty;
  }

  /** Pumps at the end of this turn of the event loop, so that all its requests are batched together. */
  #schedulePump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    setImmediate(() => {
      this.#isPumping = false;
      if (!this.#isClosed) this.#pump();
    });
  }

  #pump(): void {
    while (this.#startsJobs.length > 0) {
      const free = this.#devices.freeSlot();
      if (!free) break;
      this.#startStarts(free, this.#startsJobs.shift()!);
    }
    for (;;) {
      const entry = [...this.#lanes].find(([, lane]) => !lane.isEmpty);
      if (!entry) break;
      const free = this.#devices.freeSlot();
      if (!free) break;
      // The lane goes to the end, so that the kernels take turns.
      this.#lanes.delete(entry[0]);
      this.#lanes.set(...entry);
      this.#startBatch(free, entry[1]);
    }
    if (this.#devices.isEmpty) this.#abandon();
  }

  #startBatch({ session, slot }: FreeSlot, lane: Lane): void {
    let batch: Batch | undefined;
    try {
      const taken = lane.takeBatch(session, this.#devices.room);
      if ("tooLarge" in taken) {
        this.#tooLarge(session, taken.tooLarge);
        return;
      }
      batch = taken;
      session.start(slot, lane.image, lane.sharing, batch);
    } catch (error) {
      session.settle(slot);
      this.#failed(session, lane, batch, error);
      return;
    }
    const queued = batch;
    this.#devices.watch({
      session,
      slot,
      finish: () => {
        const { workspace } = slot;
        queued.read(workspace.output.buffer, workspace.output.at);
        const counts = this.#counts;
        ++counts.batches;
        counts.pieces += queued.pieces.length;
        counts.fits += queued.fits;
        counts.bytesToDevice += queued.inputBytes;
        counts.bytesFromDevice += queued.outputBytes;
        counts.kernelSeconds += session.kernelMilliseconds(slot) / 1000;
      },
      fail: (error) => this.#failed(session, lane, queued, error),
    });
  }

  /** Decides what becomes of a batch that failed, none of whose fits has been answered. */
  #failed(session: DeviceSession, lane: Lane, batch: Batch | undefined, error: unknown): void {
    if (!(error instanceof CudaError)) {
      // This is a bug of lawfit: trying again would not help.
      for (const { job } of batch?.pieces ?? lane.takeAll()) job.reject(error);
      return;
    }
    if (error.isOutOfMemory && batch) {
      session.budget.halve(batch.inputBytes + batch.outputBytes + batch.endedBytes);
      const parts = halves(batch.pieces);
      if (parts) {
        ++this.#counts.halvings;
        if (!this.#tight.has(session)) {
          this.#tight.add(session);
          this.#onWarning(
            `GPU ${session.facts.ordinal} ran out of memory; its batches are halved until they fit`,
          );
        }
        lane.putBack(parts.flat());
      } else {
        this.#tooLarge(session, batch.pieces[0]!);
      }
      return;
    }
    if (batch) lane.putBack(batch.pieces);
    if (error.isKernelRefused) this.#refuse(lane.image as PipelineKernel, error);
    else this.#devices.lose(session, error);
  }

  #tooLarge(session: DeviceSession, piece: Piece): void {
    const { data } = piece.job.request;
    if (!this.#small.has(session)) {
      this.#small.add(session);
      this.#onWarning(
        `GPU ${session.facts.ordinal} has no memory free for one fit of a problem of ` +
          `${formatBytes(data.byteLength)}; problems that do not fit are solved on the cpu`,
      );
    }
    this.#fallBack([piece.job]);
  }

  #refuse(kernel: PipelineKernel, error: CudaError): void {
    if (!this.#refused.has(kernel)) this.#onWarning(`${error.message}; its problems are solved on the cpu`);
    this.#refused.add(kernel);
    for (const lane of this.#lanes.values()) {
      if (lane.image === kernel) this.#fallBack(lane.takeAll().map(({ job }) => job));
    }
  }

  /** Hands all that waits to the fallback, when no device is left. */
  #abandon(): void {
    for (const lane of this.#lanes.values()) this.#fallBack(lane.takeAll().map(({ job }) => job));
    for (const { kernel, request, range, resolve, reject } of this.#startsJobs.splice(0)) {
      this.#fallback.starts(kernel.variant, request, range).then(resolve, reject);
    }
  }

  /** Lets the fallback answer whole jobs, even those with pieces that have been answered. */
  #fallBack(jobs: readonly Job[]): void {
    for (const job of new Set(jobs)) {
      const kernel = this.#open.get(job);
      if (!kernel) continue;
      this.#open.delete(job);
      ++this.#counts.fellBack;
      this.#fallback.solve(kernel.variant, job.request).then(job.resolve, job.reject);
    }
  }

  #startStarts({ session, slot }: FreeSlot, job: StartsJob): void {
    const again = (error: unknown): void => {
      if (!(error instanceof CudaError)) {
        job.reject(error);
        return;
      }
      if (error.isKernelRefused || error.isOutOfMemory) {
        const { variant } = job.kernel;
        this.#fallback.starts(variant, job.request, job.range).then(job.resolve, job.reject);
        return;
      }
      this.#startsJobs.push(job);
      this.#devices.lose(session, error);
    };
    try {
      session.startStarts(slot, job.kernel, job.request, job.range);
    } catch (error) {
      session.settle(slot);
      again(error);
      return;
    }
    const length = (job.request.count * job.range.length) / 2;
    this.#devices.watch({
      session,
      slot,
      finish: () => {
        const { buffer, at } = slot.workspace.output;
        job.resolve(new Float64Array(buffer, at, length).slice());
      },
      fail: again,
    });
  }
}

function closedError(): Error {
  return new Error("the cuda backend was closed before it had answered");
}
