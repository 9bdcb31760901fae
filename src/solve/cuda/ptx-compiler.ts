import type { KernelVariant } from "../kernel.ts";
import { architectureOf, type Capability, rankOf } from "./ptx-files.ts";

/** A compiler of CUDA C++ to PTX. */
export interface PtxCompiler {
  /** Name, version and place, for people; part of the name under which its PTX is cached. */
  description: string;
  /** What the compiler takes besides the options of every compiler; part of the cached PTX's name. */
  ownOptions: readonly string[];
  /** E.g. ["compute_80", "compute_90"]; empty where the compiler is too old to say. */
  architectures: readonly string[];
  /** @throws Error with the compiler's messages. */
  compile(variant: KernelVariant, options: readonly string[]): Promise<string>;
}

/**
 * The architecture to compile for: the device's own, or the newest that the compiler knows of those before it; a
 * driver compiles PTX of an older architecture for a newer device. The reason where there is none.
 */
export function chooseArchitecture(
  known: readonly string[],
  capability: Capability,
): { architecture: string } | { reason: string } {
  const wanted = rankOf(capability);
  if (known.length === 0) return { architecture: architectureOf(capability) };
  const ranks = known
    .map((name) => /^(?:compute|sm)_(\d+)$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number);
  const best = Math.max(...ranks.filter((rank) => rank <= wanted));
  if (Number.isFinite(best)) return { architecture: `compute_${best}` };
  return {
    reason: `it compiles for compute_${Math.min(...ranks)} and later; the device is compute_${wanted}`,
  };
}
