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

/** Returns the PTX of a kernel. Rejects where there is none. */
export type PtxSource = (
  variant: KernelVariant,
  capability: Capability,
  onWarning?: (line: string) => void,
) => Promise<Ptx>;

/** Largest number of starts of one request: the threads of a block share a problem, and take its starts one after the other. */
const startsPerRequest = 2048;

/** Number of requests under way for each device: those of several batches, so that the next one is always ready. */
const requestsPerDevice = 2048;

export interface CudaOptions {
  /** Opens the backend that answers requests which no GPU can. */
  openFallback: () => Promise<Backend>;
  /** Called with a line when a device is lost or a kernel is refused and the fallback answers instead. */
  onWarning?: ((line: string) => void) | undefined;
  /**
   * Whether a kernel without PTX is an error; otherwise the fallback solves its problems, with a warning.
   * @default false
   */
  strict?: boolean;
  /** @default the first of NVRTC, nvcc and the package that works */
  ptxFor?: PtxSource;
}

export interface CudaBackend extends Backend {
  readonly statistics: Readonly<PipelineStatistics>;
}

/**
 * The cuda backend, on all GPUs that the driver sees. Resolves to the reason, in one line, where it cannot work here. It takes no
 * memory of a GPU before the first request.
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
      return { kernels: here.kernels + elsewhere.kernels, compiled: here.compiled + elsewhere.compiled };
    },
    async close() {
      pipeline.close();
      await fallback.close();
    },
  };
}

/** The PTX of a kernel for each kind of device, and whether any of it was compiled now. */
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
