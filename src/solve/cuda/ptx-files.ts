import { join } from "node:path";
import { NoKernelError } from "../fallback.ts";
import { type KernelVariant, sizeMacros, variantMacros } from "../kernel.ts";
import { cachedFiles, type OnWarning, putIntoCache } from "../kernel-cache.ts";
import { kernelHash, packageFolder } from "../paths.ts";

/** Compute capability of a device, e.g. 9.0. */
export interface Capability {
  major: number;
  minor: number;
}

/** The folder of the PTX that `npm run build:ptx` compiles by nvcc: a file for each built-in form, kind of residual and loss. */
export const ptxFolder = join(packageFolder, "dist", "ptx");

/** The capability of the package's PTX, which runs on this and all later devices. */
export const packagedCapability: Capability = { major: 8, minor: 0 };

/** The name of an architecture, e.g. compute_90. */
export function architectureOf({ major, minor }: Capability): string {
  return `compute_${major}${minor}`;
}

/** A capability as one number that can be compared: 90 for 9.0, 103 for 10.3, 120 for 12.0. */
export function rankOf({ major, minor }: Capability): number {
  return 10 * major + minor;
}

/**
 * Options of both nvcc and NVRTC. Products and sums are fused only where the kernels' source says so, as on the host: otherwise
 * the answers of the devices would differ.
 */
export function ptxOptions(variant: KernelVariant, architecture: string): string[] {
  return [
    "--std=c++17",
    "--fmad=false",
    `--gpu-architecture=${architecture}`,
    ...variantMacros(variant),
    ...sizeMacros(variant),
    '-DLAWFIT_FORM="form.hpp"',
  ];
}

/** Path of the package's PTX of a variant; it exists for the built-in forms once `npm run build:ptx` has run. */
export function packagedPtxPath(variant: KernelVariant): string {
  const options = ptxOptions(variant, architectureOf(packagedCapability));
  return join(ptxFolder, `${kernelHash(variant.formSource, "ptx", ...options)}.ptx`);
}

/** PTX from the cache of compiled kernels; undefined where there is none. */
export async function cachedPtx(hash: string, onWarning?: OnWarning): Promise<string | undefined> {
  try {
    const [file] = await cachedFiles(`${hash}.ptx`, onWarning);
    return file?.content.toString("utf8");
  } catch (error) {
    if (error instanceof NoKernelError) return undefined;
    throw error;
  }
}

/** Writes PTX into the cache. Where no folder takes it there is a warning, and it is compiled again the next time. */
export async function cachePtx(hash: string, ptx: string, onWarning?: OnWarning): Promise<void> {
  try {
    await putIntoCache(`${hash}.ptx`, Buffer.from(ptx), () => {}, onWarning);
  } catch (error) {
    if (!(error instanceof NoKernelError)) throw error;
    onWarning?.(`${error.message}: the GPU's kernels are compiled again each time`);
  }
}
