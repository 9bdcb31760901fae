import { type Backend, type Kernel, type KernelVariant, variantKey } from "../kernel.ts";
import { type DeviceFacts, describeDevices, queryDevices } from "./devices.ts";
import { Driver } from "./driver.ts";
import { CudaError } from "./errors.ts";
import { Fallback } from "./fallback.ts";
import { Pipeline, type PipelineKernel, type PipelineStatistics } from "./pipeline.ts";

type Capability = DeviceFacts["capability"];

/** Where a kernel's PTX comes from, and how it was made. Rejects where there is no way to make it. */
export type PtxSource = (
  variant: KernelVariant,
  capability: Capability,
) => Promise<{ ptx: string; how: string }>;

/** Starts of one request: a block's threads share a problem, and refill from its starts. */
const startsPerRequest = 2048;

/** Requests in flight for each device: those of some batches, so that there is always one to go on with. */
const requestsPerDevice = 2048;

export interface CudaOptions {
  /** Opens the backend that answers what no GPU can. */
  openFallback: () => Promise<Backend>;
  /** Told, a line each, when a device is lost or a kernel refused and the fallback steps in. */
  onWarning?: ((line: string) => void) | undefined;
  /**
   * Whether a kernel that cannot be made (no PTX) is an error; else its problems go to the fallback, with a warning.
   * @default false
   */
  strict?: boolean;
  /** @default NVRTC, nvcc or the package's own, the first that works */
  ptxFor?: PtxSource;
}

export interface CudaBackend extends Backend {
  readonly statistics: Readonly<PipelineStatistics>;
}

/**
 * The cuda backend: every GPU that the driver sees. Resolves to the reason, in one line, where it cannot work here; that
 * is quick where there is no driver, and takes no memory of a GPU before the first request.
 */
export async function openCuda(options: CudaOptions): Promise<CudaBackend | { reason: string }> {
  const driver = Driver.open();
  if (!(driver instanceof Driver)) return driver;
  let devices: DeviceFacts[];
  try {
    devices = queryDevices(driver);
  } catch (error) {
    if (error instanceof CudaError) return { reason: error.message };
    throw error;
  }
  if (devices.length === 0)
    return { reason: "the NVIDIA driver sees no GPU; see nvidia-smi and CUDA_VISIBLE_DEVICES" };

  const { openFallback, onWarning = () => {}, strict = false, ptxFor = defaultPtx } = options;
  const fallback = new Fallback(openFallback);
  const pipeline = new Pipeline({ driver, devices, fallback, onWarning });
  const kernels = new Map<string, Promise<Kernel>>();

  const makeKernel = async (variant: KernelVariant): Promise<Kernel> => {
    let kernel: PipelineKernel;
    try {
      kernel = await imageOf(variant, devices, ptxFor);
    } catch (error) {
      if (strict) throw error;
      onWarning(`no kernel for the GPU: ${(error as Error).message}; its problems are solved on the cpu`);
      return {
        solve: (request) => fallback.solve(variant, request),
        starts: (request, range) => fallback.starts(variant, request, range),
      };
    }
    return {
      solve: (request) => pipeline.solve(kernel, request),
      starts: (request, range) => pipeline.starts(kernel, request, range),
    };
  };

  return {
    name: "cuda",
    description: `cuda, ${describeDevices(devices)}, driver for CUDA ${driver.versionText}`,
    concurrency: requestsPerDevice * devices.length,
    startsPerRequest,
    statistics: pipeline.statistics,
    kernel(variant) {
      const key = variantKey(variant);
      let kernel = kernels.get(key);
      if (!kernel) {
        kernel = makeKernel(variant);
        kernels.set(key, kernel);
      }
      return kernel;
    },
    async close() {
      pipeline.close();
      await fallback.close();
    },
  };
}

/** The kernel's PTX for every kind of device here. */
async function imageOf(
  variant: KernelVariant,
  devices: readonly DeviceFacts[],
  ptxFor: PtxSource,
): Promise<PipelineKernel> {
  const texts = new Map<string, string>();
  const key = ({ major, minor }: Capability): string => `${major}.${minor}`;
  for (const { capability } of devices) {
    if (!texts.has(key(capability))) texts.set(key(capability), (await ptxFor(variant, capability)).ptx);
  }
  const { parameters, logResidual, robust } = variant;
  return {
    variant,
    name: `the kernel of a form of ${parameters} parameters (${logResidual ? "log" : "plain"} residuals, ${robust ? "Huber's" : "squared"} loss)`,
    ptx: (capability) => texts.get(key(capability))!,
  };
}

const defaultPtx: PtxSource = async (variant, capability) =>
  (await import("./ptx.ts")).ptxFor(variant, capability);
