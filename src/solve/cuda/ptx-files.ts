import { join } from "node:path";
import { NoKernelError } from "../fallback.ts";
import { type KernelVariant, sizeMacros, variantMacros } from "../kernel.ts";
import { cachedFiles, type OnWarning, putIntoCache } from "../kernel-cache.ts";
import { kernelHash, packageFolder } from "../paths.ts";

/** A device's compute capability, e.g. 9.0. */
export interface Capability {
  major: number;
  minor: number;
}

/** PTX that `npm run build:ptx` makes where it finds nvcc, a file a built-in form, residual and loss. */
export const ptxFolder = join(packageFolder, "dist", "ptx");

/** Capability that the package's own PTX is for: this one and every later. */
export const packagedCapability: Capability = { major: 8, minor: 0 };

/** E.g. compute_90. */
export function architectureOf({ major, minor }: Capability): string {
  return `compute_${major}${minor}`;
}

/** As one number, to be compared: 90 for 9.0, 103 for 10.3, 120 for 12.0. */
export function rankOf({ major, minor }: Capability): number {
  return 10 * major + minor;
}

/**
 * Options that nvcc and NVRTC both take. Products and sums are fused where the kernels' text says so and nowhere else,
 * as on the host: else the devices' answers would differ.
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

/** Path of the package's PTX of a variant; there for the built-in forms, once it is built. */
export function packagedPtxPath(variant: KernelVariant): string {
  const options = ptxOptions(variant, architectureOf(packagedCapability));
  return join(ptxFolder, `${kernelHash(variant.formSource, "ptx", ...options)}.ptx`);
}

/** A text of the cache of compiled kernels, or undefined where there is none. */
export async function cachedPtx(hash: string, onWarning?: OnWarning): Promise<string | undefined> {
  try {
    const [file] = await cachedFiles(`${hash}.ptx`, onWarning);
    return file?.content.toString("utf8");
  } catch (error) {
    if (error instanceof NoKernelError) return undefined;
    throw error;
  }
}

/** Puts a text into the cache. A cache that takes nothing is no reason to fail: the text is there, and compiled anew the next time. */
export async function cachePtx(hash: string, ptx: string, onWarning?: OnWarning): Promise<void> {
  try {
    await putIntoCache(`${hash}.ptx`, Buffer.from(ptx), () => {}, onWarning);
  } catch (error) {
    if (!(error instanceof NoKernelError)) throw error;
    onWarning?.(`${error.message}: the GPU's kernels are compiled anew each time`);
  }
}
