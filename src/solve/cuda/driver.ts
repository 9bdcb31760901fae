import { CudaError, cudaCodes } from "./errors.ts";
import { type CudaLibrary, type Handle, hostAddress, loadCudaLibrary, stringAt } from "./library.ts";

/** Properties of a device (CUdevice_attribute). */
const deviceAttributes = {
  sharedPerBlock: 8,
  multiprocessors: 16,
  capabilityMajor: 75,
  capabilityMinor: 76,
  sharedPerMultiprocessor: 81,
  sharedPerBlockOptIn: 97,
} as const;

/** Properties of a kernel (CUfunction_attribute). */
const functionAttributes = { sharedBytes: 1, localBytes: 3, registers: 4, maxDynamicShared: 8 } as const;

/** A stream does not wait for the default stream (CU_STREAM_NON_BLOCKING). */
const nonBlocking = 1;

/** The oldest driver whose calls this program makes: CUDA 11.0. */
const oldestVersion = 11_000;

/** An argument of a kernel: a device address, or a number of 32 bits. */
type KernelArgument = bigint | number;

/**
 * The CUDA driver. Every call is checked, and throws a CudaError that says what was being done.
 *
 * The current context belongs to the calling thread, and koffi's asynchronous calls run on any free thread of libuv. So every call
 * is made from the main thread, no call waits for the device (except `synchronise`, for use at the end), and timers ask by
 * `isDone` whether work is complete: the event loop stays free, and libuv's threads are left for reading and writing tables.
 */
export class Driver {
  readonly #library: CudaLibrary;
  /** The newest CUDA version of the driver, in its own notation: 12080 is CUDA 12.8. */
  readonly version: number;
  #current: Handle | undefined;
  /**
   * The arguments of a kernel, in 8 bytes each, of which the driver reads as many as the kernel declares; and their addresses. They
   * are members, so that they live as long as their addresses are in use.
   */
  readonly #arguments = new DataView(new ArrayBuffer(8 * 16));
  readonly #argumentAddresses: BigUint64Array;

  private constructor(library: CudaLibrary, version: number) {
    this.#library = library;
    this.version = version;
    const base = hostAddress(this.#arguments.buffer);
    this.#argumentAddresses = BigUint64Array.from({ length: 16 }, (_, i) => base + BigInt(8 * i));
  }

  /** Loads the library and initialises the driver. Returns the reason, in one line, where either fails. */
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
        reason: `the NVIDIA driver is for CUDA ${driver.versionText}; lawfit needs one for CUDA 11.0 or later`,
      };
    }
    return driver;
  }

  /** The newest CUDA version of the driver, e.g. "12.8". */
  get versionText(): string {
    return `${Math.floor(this.version / 1000)}.${Math.floor((this.version % 1000) / 10)}`;
  }

  /** The error of a status. `doing` completes the sentence "could not ...". */
  error(status: number, doing: string): CudaError {
    const text = new BigUint64Array(1);
    const textOf = (result: number): string =>
      result === cudaCodes.success && text[0] ? stringAt(text[0]) : "unknown error";
    const name = textOf(this.#library.cuGetErrorName(status, text));
    const description = textOf(this.#library.cuGetErrorString(status, text));
    return new CudaError(status, name, description, doing);
  }

  #check(status: number, doing: string): void {
    if (status !== cudaCodes.success) throw this.error(status, doing);
  }

  /** A number that the driver writes. */
  #number(read: (to: Int32Array) => number, doing: string): number {
    const to = new Int32Array(1);
    this.#check(read(to), doing);
    return to[0]!;
  }

  /** A handle, an address or a number of bytes that the driver writes. */
  #handle(read: (to: BigUint64Array) => number, doing: string): Handle {
    const to = new BigUint64Array(1);
    this.#check(read(to), doing);
    return to[0]!;
  }

  deviceCount(): number {
    const count = new Int32Array(1);
    const status = this.#library.cuDeviceGetCount(count);
    if (status === cudaCodes.noDevice) return 0;
    this.#check(status, "count the GPUs");
    return count[0]!;
  }

  device(ordinal: number): number {
    return this.#number((to) => this.#library.cuDeviceGet(to, ordinal), `find GPU ${ordinal}`);
  }

  deviceName(device: number): string {
    const name = new Uint8Array(256);
    this.#check(this.#library.cuDeviceGetName(name, name.length, device), `read the name of GPU ${device}`);
    return Buffer.from(name.subarray(0, name.indexOf(0))).toString("utf8");
  }

  deviceMemory(device: number): number {
    const doing = `read the memory of GPU ${device}`;
    return Number(this.#handle((to) => this.#library.cuDeviceTotalMem_v2(to, device), doing));
  }

  deviceAttribute(device: number, attribute: keyof typeof deviceAttributes): number {
    return this.#number(
      (to) => this.#library.cuDeviceGetAttribute(to, deviceAttributes[attribute], device),
      `read the property ${attribute} of GPU ${device}`,
    );
  }

  /** The device's primary context, which all users in this process share; it is created if it does not exist. */
  retainContext(device: number): Handle {
    return this.#handle((to) => this.#library.cuDevicePrimaryCtxRetain(to, device), `open GPU ${device}`);
  }

  releaseContext(device: number): void {
    this.#current = undefined;
    this.#check(this.#library.cuDevicePrimaryCtxRelease_v2(device), `close GPU ${device}`);
  }

  /** Makes a context current: later calls refer to its device. */
  use(context: Handle): void {
    if (this.#current === context) return;
    this.#check(this.#library.cuCtxSetCurrent(context), "choose a GPU");
    this.#current = context;
  }

  /** @param ptx the module's source; the driver compiles it for the current device, or finds it in its own cache */
  loadModule(ptx: string, doing: string): Handle {
    return this.#handle((to) => this.#library.cuModuleLoadData(to, Buffer.from(`${ptx}\0`)), doing);
  }

  unloadModule(module: Handle): void {
    this.#check(this.#library.cuModuleUnload(module), "unload a kernel");
  }

  function(module: Handle, name: string): Handle {
    return this.#handle(
      (to) => this.#library.cuModuleGetFunction(to, module, name),
      `find the kernel ${name}`,
    );
  }

  functionAttribute(kernel: Handle, attribute: keyof typeof functionAttributes): number {
    return this.#number(
      (to) => this.#library.cuFuncGetAttribute(to, functionAttributes[attribute], kernel),
      `read a kernel's property ${attribute}`,
    );
  }

  /** Allows a kernel this much dynamic shared memory, bytes a block. */
  allowShared(kernel: Handle, bytes: number): void {
    const status = this.#library.cuFuncSetAttribute(kernel, functionAttributes.maxDynamicShared, bytes);
    this.#check(status, `give a kernel ${bytes} bytes of shared memory`);
  }

  /** Blocks of `blockSize` threads that one multiprocessor runs at a time. */
  occupancy(kernel: Handle, blockSize: number, sharedBytes: number): number {
    return this.#number(
      (to) => this.#library.cuOccupancyMaxActiveBlocksPerMultiprocessor(to, kernel, blockSize, sharedBytes),
      "ask how many blocks a multiprocessor takes",
    );
  }

  allocate(bytes: number, doing: string): Handle {
    return this.#handle((to) => this.#library.cuMemAlloc_v2(to, bytes), doing);
  }

  free(address: Handle): void {
    this.#check(this.#library.cuMemFree_v2(address), "free memory of the GPU");
  }

  /** Free memory of the current device, bytes. */
  freeMemory(): number {
    const total = new BigUint64Array(1);
    return Number(
      this.#handle((free) => this.#library.cuMemGetInfo_v2(free, total), "read the GPU's free memory"),
    );
  }

  /**
   * Pins host memory, whole pages that belong to the caller, so that copies run asynchronously: a copy of memory that is not pinned
   * blocks the event loop until the work before it in the stream is done.
   *
   * @returns whether the system allowed it
   */
  pin(address: bigint, bytes: number): boolean {
    return this.#library.cuMemHostRegister_v2(address, bytes, 0) === cudaCodes.success;
  }

  unpin(address: bigint): void {
    this.#check(this.#library.cuMemHostUnregister(address), "unpin memory");
  }

  /** Queues a copy. The host memory must stay unchanged until the stream has done it. */
  copyToDevice(to: Handle, from: bigint, bytes: number, stream: Handle): void {
    this.#check(this.#library.cuMemcpyHtoDAsync_v2(to, from, bytes, stream), "copy a batch to the GPU");
  }

  /** Queues a copy. The host memory must stay alive until the stream has done it. */
  copyToHost(to: bigint, from: Handle, bytes: number, stream: Handle): void {
    this.#check(this.#library.cuMemcpyDtoHAsync_v2(to, from, bytes, stream), "copy answers from the GPU");
  }

  clear(to: Handle, bytes: number, stream: Handle): void {
    this.#check(this.#library.cuMemsetD8Async(to, 0, bytes, stream), "clear memory of the GPU");
  }

  createStream(): Handle {
    return this.#handle((to) => this.#library.cuStreamCreate(to, nonBlocking), "make a stream on the GPU");
  }

  destroyStream(stream: Handle): void {
    this.#check(this.#library.cuStreamDestroy_v2(stream), "end a stream on the GPU");
  }

  /** Waits for a stream and blocks the event loop; only for the end, when there is no other work. */
  synchronise(stream: Handle): void {
    this.#check(this.#library.cuStreamSynchronize(stream), "wait for the GPU");
  }

  createEvent(): Handle {
    return this.#handle((to) => this.#library.cuEventCreate(to, 0), "make an event on the GPU");
  }

  destroyEvent(event: Handle): void {
    this.#check(this.#library.cuEventDestroy_v2(event), "end an event on the GPU");
  }

  record(event: Handle, stream: Handle): void {
    this.#check(this.#library.cuEventRecord(event, stream), "mark a place in the GPU's work");
  }

  /** Whether all work that was queued before the event was recorded is done. Failures of that work are thrown here. */
  isDone(event: Handle, doing: string): boolean {
    const status = this.#library.cuEventQuery(event);
    if (status === cudaCodes.notReady) return false;
    this.#check(status, doing);
    return true;
  }

  /** Milliseconds between two events that are done. */
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
    const grid = [blocks, 1, 1] as const;
    const block = [threads, 1, 1] as const;
    const given = this.#argumentAddresses;
    const status = this.#library.cuLaunchKernel(kernel, ...grid, ...block, sharedBytes, stream, given, null);
    this.#check(status, "start a kernel on the GPU");
  }
}
