import type { BackendName, KernelCounts } from "./problem.ts";

/** Some starts of one problem, as the kernels take it: plain numbers, laid out as in kernels/cpu.cpp. */
export interface KernelRequest {
  points: number;
  logResidual: boolean;
  /** Key of the random numbers: the sweep's seed, and 32 bits that name the problem. */
  seed: number;
  problemKey: number;
  firstStart: number;
  count: number;
  /** Limit of iterations a start. */
  limit: number;
  /** A start ends when its squared scaled gradient, relative to the objective, is at most this. */
  tolerance: number;
  /** Whether the given starts are solutions, to be made exact. */
  polish: boolean;
  /** columns x points, then responses, then weights. */
  data: Float64Array;
  /** delta, then lower, upper, start low, start high (a parameter each), then centre and half range (a column each). */
  scalars: Float64Array;
  /** Starts that come before the random ones, row-major. */
  givenStarts: Float64Array;
}

/** What the kernel found, start by start. */
export interface KernelAnswer {
  /** objective (count), squared scaled projected gradient (count), parameters (count x parameters). */
  real: Float64Array;
  /** iterations (count), termination (count). */
  whole: Int32Array;
}

/** A form's compiled solver on some device. */
export interface Kernel {
  solve(request: KernelRequest): Promise<KernelAnswer>;
  /** Initial vectors of random starts, row-major, before they are put into the box. */
  starts(
    request: Pick<KernelRequest, "seed" | "problemKey" | "firstStart" | "count">,
    range: Float64Array,
  ): Promise<Float64Array>;
}

/** Starts of one request on a processor. */
export const startsPerCpuRequest = 256;

/** What a kernel is compiled for: a form, a kind of residual, and Huber's loss or the squared one. */
export interface KernelVariant {
  formSource: string;
  parameters: number;
  logResidual: boolean;
  robust: boolean;
}

/** What tells variants apart, without reading or hashing anything. */
export function variantKey({ formSource, logResidual, robust }: KernelVariant): string {
  return `${logResidual ? "log" : "plain"} ${robust ? "robust" : "squared"}\n${formSource}`;
}

/** Compiles (or finds) kernels of one device. */
export interface Backend {
  name: BackendName;
  /** Device, compiler and instruction set, for the manifest and the doctor. */
  description: string;
  /** Requests that it takes at the same time: as many as it has threads, or thousands for a GPU. */
  concurrency: number;
  /** Starts of one request: few enough to spread one problem over the device, enough to keep its lanes filled. */
  startsPerRequest: number;
  kernel(variant: KernelVariant): Promise<Kernel>;
  /** Kernels that it has served until now. */
  kernelCounts(): KernelCounts;
  /** Ends threads; the backend is of no use afterwards. */
  close(): Promise<void>;
}
