import { CudaError, cudaCodes } from "./errors.ts";
import { type CudaLibrary, type Handle, hostAddress, loadCudaLibrary, stringAt } from "./library.ts";

/** Properties of a device (CUdevice_attribute). */
export const deviceAttributes = {
  sharedPerBlock: 8,
  multiprocessors: 16,
  capabilityMajor: 75,
  capabilityMinor: 76,
  sharedPerMultiprocessor: 81,
  sharedPerBlockOptIn: 97,
} as const;

/** Properties of a kernel (CUfunction_attribute). */
export const functionAttributes = {
  sharedBytes: 1,
  localBytes: 3,
  registers: 4,
  maxDynamicShared: 8,
} as const;

/** A stream does not wait for the default stream (CU_STREAM_NON_BLOCKING). */
const nonBlocking = 1;

/** The oldest driver whose calls this program makes: CUDA 11.0. */
const oldestVersion = 11_000;

/** The kernel's arguments: a device address, or a 32-bit number. */
export type KernelArgument = bigint | number;

/**
 * The CUDA driver: each call checked, its failure an exception that says what was being done.
 *
 * The current context belongs to the calling thread, and koffi's asynchronous calls run on whichever thread of
 * libuv's is free. So every call is made from the main thread, none of them waits for the device (bar
 * `synchronise`, for use at the end), and completion is asked for by `isDone` from timers: the event loop stays free,
 * and the threads of libuv are left to those that read and write tables.
 */
export class Driver {
  readonly #library: CudaLibrary;
  /** As the driver says it: 12080 is CUDA 12.8. */
  readonly version: number;
  #current: Handle | undefined;
  /**
   * A kernel's arguments, each in 8 bytes of its own, of which the driver reads as many as the kernel declares; and
   * the addresses of them. Members, so that they live as long as their addresses are in use.
   */
  readonly #arguments = new DataView(new ArrayBuffer(8 * 16));
  readonly #argumentAddresses: BigUint64Array;

  private constructor(library: CudaLibrary, version: number) {
    this.#library = library;
    this.version = version;
    const base = hostAddress(this.#arguments.buffer);
    this.#argumentAddresses = BigUint64Array.from({ length: 16 }, (_, i) => base + BigInt(8 * i));
  }

  /** Loads the library and starts the driver; the reason, in one line, where either fails. */
  static open(): Driver | { reason: string } {
    const library = loadCudaLibrary();
    if ("reason" in library) return library;
    const version = new Int32Array(1);
    library.cuDriverGetVersion(version);
    const driver = new Driver(library, version[0]!);
    const status = library.cuInit(0);
    if (status !== 0)
      return { reason: driver.error(status, `start the NVIDIA driver (${library.path})`).message };
    if (driver.version < oldestVersion) {
      return {
        reason: `the NVIDIA driver is for CUDA ${driver.versionText}; this program needs one for CUDA 11.0 or later`,
      };
    }
    return driver;
  }

  /** E.g. "12.8": the newest CUDA that the driver serves. */
  get versionText(): string {
    return `${Math.floor(this.version / 1000)}.${Math.floor((this.version % 1000) / 10)}`;
  }

  /** The exception for a driver's status. `doing` completes the sentence "could not ...". */
  error(status: number, doing: string): CudaError {
    const text = new BigUint64Array(1);
    const say = (known: number, otherwise: string): string =>
      known === 0 && text[0] ? stringAt(text[0]) : otherwise;
    const name = say(this.#library.cuGetErrorName(status, text), "unknown error");
    const description = say(this.#library.cuGetErrorString(status, text), "unknown error");
    return new CudaError(status, name, description, doing);
  }

  #check(status: number, doing: string): void {
    if (status !== cudaCodes.success) throw this.error(status, doing);
  }

  deviceCount(): number {
    const count = new Int32Array(1);
    const status = this.#library.cuDeviceGetCount(count);
    if (status === cudaCodes.noDevice) return 0;
    this.#check(status, "count the GPUs");
    return count[0]!;
  }

  device(ordinal: number): number {
    const device = new Int32Array(1);
    this.#check(this.#library.cuDeviceGet(device, ordinal), `find GPU ${ordinal}`);
    return device[0]!;
  }

  deviceName(device: number): string {
    const name = new Uint8Array(256);
    this.#check(this.#library.cuDeviceGetName(name, name.length, device), `read the name of GPU ${device}`);
    return Buffer.from(name.subarray(0, name.indexOf(0))).toString("utf8");
  }

  deviceMemory(device: number): number {
    const bytes = new BigUint64Array(1);
    this.#check(this.#library.cuDeviceTotalMem_v2(bytes, device), `read the memory of GPU ${device}`);
    return Number(bytes[0]);
  }

  deviceAttribute(device: number, attribute: keyof typeof deviceAttributes): number {
    const value = new Int32Array(1);
    const status = this.#library.cuDeviceGetAttribute(value, deviceAttributes[attribute], device);
    this.#check(status, `read the property ${attribute} of GPU ${device}`);
    return value[0]!;
  }

  /** The device's primary context, shared with everyone in this process; makes it where it is not there yet. */
  retainContext(device: number): Handle {
    const context = new BigUint64Array(1);
    this.#check(this.#library.cuDevicePrimaryCtxRetain(context, device), `open GPU ${device}`);
    return context[0]!;
  }

  releaseContext(device: number): void {
    this.#current = undefined;
    this.#check(this.#library.cuDevicePrimaryCtxRelease_v2(device), `close GPU ${device}`);
  }

  /** Makes the calls that follow speak of this context's device. */
  use(context: Handle): void {
    if (this.#current === context) return;
    this.#check(this.#library.cuCtxSetCurrent(context), "choose a GPU");
    this.#current = context;
  }

  /** @param ptx the module's text; the driver compiles it for the current device (or finds it in its own cache) */
  loadModule(ptx: string, doing: string): Handle {
    const module = new BigUint64Array(1);
    this.#check(this.#library.cuModuleLoadData(module, Buffer.from(`${ptx}\0`)), doing);
    return module[0]!;
  }

  unloadModule(module: Handle): void {
    this.#check(this.#library.cuModuleUnload(module), "unload a kernel");
  }

  function(module: Handle, name: string): Handle {
    const found = new BigUint64Array(1);
    this.#check(this.#library.cuModuleGetFunction(found, module, name), `find the kernel ${name}`);
    return found[0]!;
  }

  functionAttribute(kernel: Handle, attribute: keyof typeof functionAttributes): number {
    const value = new Int32Array(1);
    const status = this.#library.cuFuncGetAttribute(value, functionAttributes[attribute], kernel);
    this.#check(status, `read a kernel's property ${attribute}`);
    return value[0]!;
  }

  /** Lets a kernel have this much dynamic shared memory, in bytes a block. */
  allowShared(kernel: Handle, bytes: number): void {
    const status = this.#library.cuFuncSetAttribute(kernel, functionAttributes.maxDynamicShared, bytes);
    this.#check(status, `give a kernel ${bytes} bytes of shared memory`);
  }

  /** Blocks of `blockSize` threads that one multiprocessor runs at a time. */
  occupancy(kernel: Handle, blockSize: number, sharedBytes: number): number {
    const blocks = new Int32Array(1);
    this.#check(
      this.#library.cuOccupancyMaxActiveBlocksPerMultiprocessor(blocks, kernel, blockSize, sharedBytes),
      "ask how many blocks a multiprocessor takes",
    );
    return blocks[0]!;
  }

  allocate(bytes: number, doing: string): Handle {
    const address = new BigUint64Array(1);
    this.#check(this.#library.cuMemAlloc_v2(address, bytes), doing);
    return address[0]!;
  }

  free(address: Handle): void {
    this.#check(this.#library.cuMemFree_v2(address), "free memory of the GPU");
  }

  /** Bytes of the current device's memory that nobody has taken. */
  freeMemory(): number {
    const free = new BigUint64Array(1);
    this.#check(this.#library.cuMemGetInfo_v2(free, new BigUint64Array(1)), "read the GPU's free memory");
    return Number(free[0]);
  }

  /**
   * Pins host memory, so that copies from and to it run beside everything else: from memory that is not pinned a
   * copy waits for what is before it in its stream, and the event loop with it.
   * Whole pages of the caller's own. @returns whether the system allowed it
   */
  pin(address: bigint, bytes: number): boolean {
    return this.#library.cuMemHostRegister_v2(address, bytes, 0) === cudaCodes.success;
  }

  unpin(address: bigint): void {
    this.#check(this.#library.cuMemHostUnregister(address), "unpin memory");
  }

  /** Queues a copy. The host memory stays as it is and where it is until the stream has done it. */
  copyToDevice(to: Handle, from: bigint, bytes: number, stream: Handle): void {
    this.#check(this.#library.cuMemcpyHtoDAsync_v2(to, from, bytes, stream), "copy a batch to the GPU");
  }

  /** Queues a copy. The host memory stays where it is until the stream has done it. */
  copyToHost(to: bigint, from: Handle, bytes: number, stream: Handle): void {
    this.#check(this.#library.cuMemcpyDtoHAsync_v2(to, from, bytes, stream), "copy answers from the GPU");
  }

  clear(to: Handle, bytes: number, stream: Handle): void {
    this.#check(this.#library.cuMemsetD8Async(to, 0, bytes, stream), "clear memory of the GPU");
  }

  createStream(): Handle {
    const stream = new BigUint64Array(1);
    this.#check(this.#library.cuStreamCreate(stream, nonBlocking), "make a stream on the GPU");
    return stream[0]!;
  }

  destroyStream(stream: Handle): void {
    this.#check(this.#library.cuStreamDestroy_v2(stream), "end a stream on the GPU");
  }

  /** Waits, and the event loop with it: only for the end, when nothing else is to be done. */
  synchronise(stream: Handle): void {
    this.#check(this.#library.cuStreamSynchronize(stream), "wait for the GPU");
  }

  createEvent(): Handle {
    const event = new BigUint64Array(1);
    this.#check(this.#library.cuEventCreate(event, 0), "make an event on the GPU");
    return event[0]!;
  }

  destroyEvent(event: Handle): void {
    this.#check(this.#library.cuEventDestroy_v2(event), "end an event on the GPU");
  }

  record(event: Handle, stream: Handle): void {
    this.#check(this.#library.cuEventRecord(event, stream), "mark a place in the GPU's work");
  }

  /** Whether all that was queued before the event was recorded is done. Failures of that work are thrown here. */
  isDone(event: Handle, doing: string): boolean {
    const status = this.#library.cuEventQuery(event);
    if (status === cudaCodes.notReady) return false;
    this.#check(status, doing);
    return true;
  }

  /** Milliseconds between two recorded events that are done. */
  elapsed(from: Handle, to: Handle): number {
    const milliseconds = new Float32Array(1);
    this.#check(this.#library.cuEventElapsedTime(milliseconds, from, to), "read the GPU's clock");
    return milliseconds[0]!;
  }

  /** Queues a kernel of `blocks` x `threads` threads. The driver copies the arguments before this returns. */
  launch(
    kernel: Handle,
    { blocks, threads, sharedBytes }: { blocks: number; threads: number; sharedBytes: number },
    stream: Handle,
    values: readonly KernelArgument[],
  ): void {
    const storage = this.#arguments;
    if (8 * values.length > storage.byteLength)
      throw new RangeError(`a kernel with ${values.length} arguments`);
    values.forEach((value, i) => {
      if (typeof value === "bigint") storage.setBigUint64(8 * i, value, true);
      else storage.setInt32(8 * i, value, true);
    });
    const status = this.#library.cuLaunchKernel(
      kernel,
      blocks,
      1,
      1,
      threads,
      1,
      1,
      sharedBytes,
      stream,
      this.#argumentAddresses,
      null,
    );
    this.#check(status, "start a kernel on the GPU");
  }
}
