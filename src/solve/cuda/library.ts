import koffi, { type LibraryHandle } from "koffi";

/** Status of a driver call (CUresult): 0 is success. */
type Status = number;

/** A handle or a device address. koffi reads it as a number, so that its type refuses a host array in its place. */
export type Handle = bigint;

/** Host memory that a call reads or writes: koffi passes its address without a copy. */
type Host = ArrayBuffer | NodeJS.TypedArray;

/** The driver's functions that the backend calls, as the C header declares them. */
export interface CudaLibrary {
  /** The name or path by which the library was loaded. */
  path: string;
  cuInit(flags: number): Status;
  cuDriverGetVersion(version: Int32Array): Status;
  cuDeviceGetCount(count: Int32Array): Status;
  cuDeviceGet(device: Int32Array, ordinal: number): Status;
  cuDeviceGetName(name: Uint8Array, length: number, device: number): Status;
  cuDeviceTotalMem_v2(bytes: BigUint64Array, device: number): Status;
  cuDeviceGetAttribute(value: Int32Array, attribute: number, device: number): Status;
  cuDevicePrimaryCtxRetain(context: BigUint64Array, device: number): Status;
  cuDevicePrimaryCtxRelease_v2(device: number): Status;
  cuCtxSetCurrent(context: Handle): Status;
  cuModuleLoadData(module: BigUint64Array, image: Uint8Array): Status;
  cuModuleGetFunction(function_: BigUint64Array, module: Handle, name: string): Status;
  cuModuleUnload(module: Handle): Status;
  cuFuncGetAttribute(value: Int32Array, attribute: number, function_: Handle): Status;
  cuFuncSetAttribute(function_: Handle, attribute: number, value: number): Status;
  cuOccupancyMaxActiveBlocksPerMultiprocessor(
    blocks: Int32Array,
    function_: Handle,
    blockSize: number,
    sharedBytes: number,
  ): Status;
  cuMemAlloc_v2(address: BigUint64Array, bytes: number): Status;
  cuMemFree_v2(address: Handle): Status;
  cuMemGetInfo_v2(free: BigUint64Array, total: BigUint64Array): Status;
  cuMemHostRegister_v2(memory: Handle, bytes: number, flags: number): Status;
  cuMemHostUnregister(memory: Handle): Status;
  cuMemcpyHtoDAsync_v2(to: Handle, from: Handle, bytes: number, stream: Handle): Status;
  cuMemcpyDtoHAsync_v2(to: Handle, from: Handle, bytes: number, stream: Handle): Status;
  cuMemsetD8Async(to: Handle, value: number, bytes: number, stream: Handle): Status;
  cuStreamCreate(stream: BigUint64Array, flags: number): Status;
  cuStreamDestroy_v2(stream: Handle): Status;
  cuStreamSynchronize(stream: Handle): Status;
  cuEventCreate(event: BigUint64Array, flags: number): Status;
  cuEventRecord(event: Handle, stream: Handle): Status;
  cuEventQuery(event: Handle): Status;
  cuEventElapsedTime(milliseconds: Float32Array, from: Handle, to: Handle): Status;
  cuEventDestroy_v2(event: Handle): Status;
  cuLaunchKernel(
    function_: Handle,
    gridX: number,
    gridY: number,
    gridZ: number,
    blockX: number,
    blockY: number,
    blockZ: number,
    sharedBytes: number,
    stream: Handle,
    parameters: BigUint64Array,
    extra: null,
  ): Status;
  cuGetErrorName(code: number, text: BigUint64Array): Status;
  cuGetErrorString(code: number, text: BigUint64Array): Status;
}

/**
 * Types of the arguments. `h`: handle, device address or address of pinned host memory (an integer of pointer size);
 * `p`: host memory that the call reads or writes; `s`: string; `i`, `u`, `z`: int, unsigned, size_t.
 */
const signatures: Readonly<Record<Exclude<keyof CudaLibrary, "path">, string>> = {
  cuInit: "u",
  cuDriverGetVersion: "p",
  cuDeviceGetCount: "p",
  cuDeviceGet: "pi",
  cuDeviceGetName: "pii",
  cuDeviceTotalMem_v2: "pi",
  cuDeviceGetAttribute: "pii",
  cuDevicePrimaryCtxRetain: "pi",
  cuDevicePrimaryCtxRelease_v2: "i",
  cuCtxSetCurrent: "h",
  cuModuleLoadData: "pp",
  cuModuleGetFunction: "phs",
  cuModuleUnload: "h",
  cuFuncGetAttribute: "pih",
  cuFuncSetAttribute: "hii",
  cuOccupancyMaxActiveBlocksPerMultiprocessor: "phiz",
  cuMemAlloc_v2: "pz",
  cuMemFree_v2: "h",
  cuMemGetInfo_v2: "pp",
  cuMemHostRegister_v2: "hzu",
  cuMemHostUnregister: "h",
  cuMemcpyHtoDAsync_v2: "hhzh",
  cuMemcpyDtoHAsync_v2: "hhzh",
  cuMemsetD8Async: "huzh",
  cuStreamCreate: "pu",
  cuStreamDestroy_v2: "h",
  cuStreamSynchronize: "h",
  cuEventCreate: "pu",
  cuEventRecord: "hh",
  cuEventQuery: "h",
  cuEventElapsedTime: "phh",
  cuEventDestroy_v2: "h",
  cuLaunchKernel: "huuuuuuuhpp",
  cuGetErrorName: "ip",
  cuGetErrorString: "ip",
};

/** Names of the driver's functions that are bound. */
export const driverFunctions: readonly string[] = Object.keys(signatures);

const argumentTypes: Readonly<Record<string, string>> = {
  h: "uintptr_t",
  p: "void*",
  s: "const char*",
  i: "int",
  u: "unsigned int",
  z: "size_t",
};

const loaded = new Map<string, CudaLibrary>();

/** Names by which the driver's library is looked for: only $LAWFIT_LIBCUDA where that is set. */
function libraryNames(): readonly string[] {
  const { LAWFIT_LIBCUDA } = process.env;
  if (LAWFIT_LIBCUDA) return [LAWFIT_LIBCUDA];
  return process.platform === "win32" ? ["nvcuda.dll"] : ["libcuda.so.1", "libcuda.so"];
}

const handles: LibraryHandle[] = [];

/** Loads the driver's library. Returns the reason, in one line, where it cannot be loaded. */
export function loadCudaLibrary(): CudaLibrary | { reason: string } {
  const names = libraryNames();
  for (const path of names) {
    const before = loaded.get(path);
    if (before) return before;
    let handle: LibraryHandle;
    try {
      handle = koffi.load(path);
    } catch {
      continue;
    }
    try {
      const library = bind(path, handle);
      // koffi unloads a library whose handle is collected.
      handles.push(handle);
      loaded.set(path, library);
      return library;
    } catch (error) {
      return { reason: `${path} is too old for lawfit: ${(error as Error).message}` };
    }
  }
  const hint = process.env.LAWFIT_LIBCUDA ? " (from LAWFIT_LIBCUDA)" : "";
  return { reason: `no NVIDIA driver: ${names.join(" and ")}${hint} could not be loaded` };
}

function bind(path: string, handle: LibraryHandle): CudaLibrary {
  const functions = Object.entries(signatures).map(([name, signature]) => [
    name,
    handle.func(
      name,
      "int",
      [...signature].map((letter) => argumentTypes[letter]!),
    ),
  ]);
  return { path, ...Object.fromEntries(functions) } as CudaLibrary;
}

/** Address of host memory. The caller keeps the memory alive for as long as the address is in use. */
export function hostAddress(memory: Host): bigint {
  return koffi.address(memory);
}

/** The C string at an address. */
export function stringAt(address: bigint): string {
  return koffi.decode.string(address);
}
