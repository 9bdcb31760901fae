import { Fallback } from "../fallback.ts";
import {
  type Backend,
  type Kernel,
  KernelShelf,
  type KernelVariant,
  type ShelvedKernel,
  variantKey,
} from "../kernel.ts";
import { type DeviceFacts, describeDevices, queryDevices } from "./devices.ts";
import { Driver } from "./driver.ts";
import { CudaError } from "./errors.ts";
import { Pipeline, type PipelineKernel, type PipelineStatistics } from "./pipeline.ts";
import { ptxFor as compiledPtx, type Ptx } from "./ptx.ts";

type Capability = DeviceFacts["capability"];

/** Where a kernel's PTX comes from, and how it was made. Rejects where there is no way to make it. */
export type PtxSource = (
  variant: KernelVariant,
  capability: Capability,
  onWarning?: (line: string) => void,
) => Promise<Ptx>;

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

  const { openFallback, onWarning = () => {}, strict = false, ptxFor = compiledPtx } = options;
  const fallback = new Fallback(openFallback);
  const pipeline = new Pipeline({ driver, devices, fallback, onWarning });
  const shelf = new KernelShelf();

  const makeKernel = async (variant: KernelVariant): Promise<ShelvedKernel> => {
    let image: PipelineKernel;
    let isCompiled: boolean;
    try {
      ({ image, isCompiled } = await imageOf(variant, devices, ptxFor, onWarning));
    } catch (error) {
      if (strict) throw error;
      onWarning(`no kernel for the GPU: ${(error as Error).message}; its problems are solved on the cpu`);
      const kernel: Kernel = {
        solve: (request) => fallback.solve(variant, request),
        starts: (request, range) => fallback.starts(variant, request, range),
      };
      return { kernel, made: "elsewhere" };
    }
    const kernel: Kernel = {
      solve: (request) => pipeline.solve(image, request),
      starts: (request, range) => pipeline.starts(image, request, range),
    };
    return { kernel, made: isCompiled ? "compiled" : "found" };
  };

  return {
    name: "cuda",
    description: `cuda, ${describeDevices(devices)}, driver for CUDA ${driver.versionText}`,
    concurrency: requestsPerDevice * devices.length,
    startsPerRequest,
    get statistics() {
      return pipeline.statistics;
    },
    kernel(variant) {
      return shelf.get(variantKey(variant), () => makeKernel(variant));
    },
    kernelCounts() {
      const [here, elsewhere] = [shelf.counts, fallback.kernelCounts];
      return {
        kernels: here.kernels + elsewhere.kernels,
        compiled: here.compiled + elsewhere.compiled,
      };
    },
    async close() {
      pipeline.close();
      await fallback.close();
    },
  };
}

/** The kernel's PTX for every kind of device here, and whether any of it was compiled now. */
async function imageOf(
  variant: KernelVariant,
  devices: readonly DeviceFacts[],
  ptxFor: PtxSource,
  onWarning: (line: string) => void,
): Promise<{ image: PipelineKernel; isCompiled: boolean }> {
  let isCompiled = false;
  const texts = new Map<string, string>();
  const key = ({ major, minor }: Capability): string => `${major}.${minor}`;
  for (const { capability } of devices) {
    if (texts.has(key(capability))) continue;
    const made = await ptxFor(variant, capability, onWarning);
    texts.set(key(capability), made.ptx);
    isCompiled ||= made.isCompiled;
  }
  const { parameters, logResidual, robust, training } = variant;
  const how = training
    ? "training"
    : `${logResidual ? "log" : "plain"} residuals, ${robust ? "Huber's" : "squared"} loss`;
  const image: PipelineKernel = {
    variant,
    name: `the kernel of a form of ${parameters} parameters (${how})`,
    ptx: (capability) => texts.get(key(capability))!,
  };
  return { image, isCompiled };
}
