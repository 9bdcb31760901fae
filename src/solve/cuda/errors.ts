/** Codes of the driver API (CUresult) that the backend reads. */
export const cudaCodes = { success: 0, outOfMemory: 2, noDevice: 100, notReady: 600 } as const;

/** Codes after which the same work in smaller parts may succeed. */
const memoryCodes: ReadonlySet<number> = new Set([2]);

/** Codes of a kernel that this driver or device refuses, while the device itself works. */
const kernelCodes: ReadonlySet<number> = new Set([200, 209, 218, 221, 222, 223, 300, 500, 701]);

/** Advice by code; other codes need none. */
const advice: Readonly<Record<number, string>> = {
  2: "other programs may use the GPU's memory: nvidia-smi shows which",
  3: "the driver did not start; see nvidia-smi",
  34: "the library is the stub of the CUDA toolkit and not a driver; install the NVIDIA driver, or remove the stubs folder from the library path",
  46: "another program uses the GPU exclusively (compute mode), or the GPU is busy; see nvidia-smi",
  100: "the driver sees no GPU; see nvidia-smi and CUDA_VISIBLE_DEVICES",
  101: "see CUDA_VISIBLE_DEVICES",
  209: "the kernel has no code for this GPU",
  214: "the GPU's memory had an error that could not be corrected; see nvidia-smi -q -d ECC",
  218: "the kernel's PTX was not accepted by this driver",
  221: "the driver's PTX compiler is missing; reinstall the driver",
  222: "the kernel's PTX is newer than this driver; update the driver, or compile with an older CUDA toolkit",
  700: "the GPU read or wrote an invalid address; the device must be opened again",
  701: "the kernel needs more registers or shared memory than the GPU has free",
  702: "the kernel ran longer than the display driver allows",
  719: "the kernel failed on the GPU; the device must be opened again",
  802: "a part of the system (such as the fabric manager) is not ready; see nvidia-smi",
  803: "the driver's library and its kernel module have different versions; restart the machine or reinstall the driver",
  804: "this GPU does not support the compatibility library in use",
  999: "see nvidia-smi and the system's log",
};

/** A failed call of the CUDA driver. The message says what was being done, the reason that the driver gives, and what to try. */
export class CudaError extends Error {
  override name = "CudaError";
  /** The driver's number (CUresult). */
  readonly code: number;
  /** The driver's name of the code, e.g. CUDA_ERROR_OUT_OF_MEMORY. */
  readonly codeName: string;
  /** What was being done, e.g. "allocate 4.0 MB on GPU 0". */
  readonly doing: string;

  constructor(code: number, codeName: string, description: string, doing: string) {
    const more = advice[code];
    super(`could not ${doing}: ${description} (${codeName}, ${code})${more ? `; ${more}` : ""}`);
    this.code = code;
    this.codeName = codeName;
    this.doing = doing;
  }

  /** Whether smaller batches may succeed; after any other failure while solving the device is given up. */
  get isOutOfMemory(): boolean {
    return memoryCodes.has(this.code);
  }

  /** Whether the driver refused the kernel; the device can go on with others. */
  get isKernelRefused(): boolean {
    return kernelCodes.has(this.code);
  }
}

/** A number of bytes for people. */
export function formatBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"] as const;
  const unit = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${unit === 0 ? bytes : (bytes / 1024 ** unit).toFixed(1)} ${units[unit]}`;
}
