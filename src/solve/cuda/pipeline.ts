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

/** What the pipeline has done; for tests, benchmarks and diagnosis. */
export interface PipelineStatistics {
  /** Batches whose answers came back, their requests (or parts of requests) and fits. */
  batches: number;
  pieces: number;
  fits: number;
  /** Bytes copied to and from the devices by those. */
  bytesToDevice: number;
  bytesFromDevice: number;
  /** Sum over batches of the seconds from a kernel's begin to its end; batches of one device may overlap. */
  kernelSeconds: number;
  /** Batches that were cut in two because memory ran out. */
  halvings: number;
  /** Requests answered by the fallback. */
  fellBack: number;
  /** Devices in use, and given up. */
  devices: number;
  lostDevices: number;
}

/** Kernels of one form, residual and loss, and what they are compiled from. */
export interface PipelineKernel extends KernelImage {
  variant: KernelVariant;
}

/** Random starts that are asked for. */
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
 * Requests in, answers out. Requests made within one turn of the event loop are gathered by kernel and cut into batches for
 * the devices' free slots; what comes while all slots are taken waits and makes the next batches.
 *
 * Whatever happens, a request is answered: where memory runs out a batch is halved; where a device fails its requests go to
 * the other devices, then to the fallback; where a driver refuses a kernel, its requests go to the fallback.
 */
export class Pipeline {
  readonly #devices: DevicePool;
  readonly #fallback: Fallback;
  readonly #onWarning: (line: string) => void;
  readonly #lanes = new Map<string, Lane>();
  readonly #ids = new Map<PipelineKernel, number>();
  readonly #startsJobs: StartsJob[] = [];
  /** Jobs that are not answered yet, with the kernel that the fallback needs. */
  readonly #open = new Map<Job, PipelineKernel>();
  /** Kernels that a driver refused, and devices that had too little memory for a batch or a problem: each is said once. */
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
    this.#devices = new DevicePool({
      driver,
      devices,
      onWarning,
      onChange: () => this.#schedulePump(),
    });
    this.#fallback = fallback;
    this.#onWarning = onWarning;
  }

  get statistics(): Readonly<PipelineStatistics> {
    return { ...this.#counts, devices: this.#devices.opened, lostDevices: this.#devices.lost };
  }

  /** Answers a request. @throws TypeError, RangeError where its arrays are not what the kernels read */
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

  /** Random starts, row-major: count x parameters, before they are put into the box. */
  starts(kernel: PipelineKernel, request: StartsRequest, range: Float64Array): Promise<Float64Array> {
    if (!(range instanceof Float64Array)) throw new TypeError("the range of starts must be a Float64Array");
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw closedError();
      this.#startsJobs.push({ kernel, request, range, resolve, reject });
      this.#schedulePump();
    });
  }

  /** Ends all work. What is not answered is rejected. */
  close(): void {
    this.#isClosed = true;
    for (const job of [...this.#open.keys()]) job.reject(closedError());
    for (const { reject } of this.#startsJobs.splice(0)) reject(closedError());
    this.#devices.close();
  }

  #laneOf(kernel: PipelineKernel, { request }: Job): Lane {
    const sharing = request.points >= manyPoints ? "warps" : "threads";
    const id = this.#ids.get(kernel) ?? this.#ids.size;
    this.#ids.set(kernel, id);
    const key = `${id} ${sharing}`;
    let lane = this.#lanes.get(key);
    if (!lane) {
      lane = new Lane(kernel, sharing, kernel.variant.parameters);
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #noDeviceFor(kernel: PipelineKernel): boolean {
    return this.#refused.has(kernel) || this.#devices.isEmpty;
  }

  /** At the end of this turn of the event loop, so that all that is asked for in it goes together. */
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
      // To the end of the line: each kernel has its turn.
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

  /** A batch did not go through: nothing of it has been answered. */
  #failed(session: DeviceSession, lane: Lane, batch: Batch | undefined, error: unknown): void {
    if (!(error instanceof CudaError)) {
      // A mistake of this program's: these requests cannot be answered by trying again.
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

  /** No device is left: all that waits goes to the fallback. */
  #abandon(): void {
    for (const lane of this.#lanes.values()) this.#fallBack(lane.takeAll().map(({ job }) => job));
    for (const { kernel, request, range, resolve, reject } of this.#startsJobs.splice(0)) {
      this.#fallback.starts(kernel.variant, request, range).then(resolve, reject);
    }
  }

  /** The fallback answers these jobs whole, even where some of a job's pieces were answered. */
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
