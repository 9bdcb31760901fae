import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ptxOptions } from "../../src/solve/cuda/ptx-files.ts";
import type { KernelVariant } from "../../src/solve/kernel.ts";
import { kernelsFolder } from "../../src/solve/paths.ts";
import { answers } from "./cpp.ts";

/** The command. */
export const nvcc = process.env.NVCC ?? "nvcc";

/** Whether nvcc is there: tests that need it skip and say so. */
export const hasNvcc = answers(nvcc);

/** What the assembler says of a kernel. */
export interface MachineCode {
  /** `sm_80` or `sm_90`. */
  architecture: string;
  kernel: string;
  registers: number;
  /** Bytes of registers that are spilled to memory. */
  spills: number;
}

/** GPUs that kernels are assembled for: the oldest that is supported, and the one that they are tuned for. */
export const architectures = ["sm_80", "sm_90"] as const;

/** Machine code of every entry point of kernels/cuda.cu for some architectures, of the PTX of compute_80, which the package has. */
export async function machineCode(
  variant: KernelVariant,
  wanted: readonly (typeof architectures)[number][] = architectures,
): Promise<MachineCode[]> {
  const work = mkdtempSync(join(tmpdir(), "lawfit-test-"));
  try {
    writeFileSync(join(work, "form.hpp"), variant.formSource);
    const { stderr } = await promisify(execFile)(nvcc, [
      "-fatbin",
      ...ptxOptions(variant, "compute_80"),
      `--gpu-code=${wanted.join(",")}`,
      "--expt-relaxed-constexpr",
      "-Xptxas=-v",
      `-I${work}`,
      `-I${kernelsFolder}`,
      "-o",
      join(work, "kernels.fatbin"),
      join(kernelsFolder, "cuda.cu"),
    ]);
    const parts = stderr.split(/Compiling entry function /).slice(1);
    return parts.map((text) => {
      const [, kernel = "", architecture = ""] = /^'(\w+)' for '(\w+)'/.exec(text)!;
      const registers = Number(/Used (\d+) registers/.exec(text)?.[1]);
      return { architecture, kernel, registers, spills: Number(/(\d+) bytes spill stores/.exec(text)?.[1]) };
    });
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** The entry points of kernels/cuda.cu. */
export const entryPoints = ["lawfit_starts", "lawfit_threads", "lawfit_warps"];

/** Architecture and name of every kernel that `machineCode` makes. */
export function kernelsFor(wanted: readonly string[]): string[] {
  return wanted.flatMap((architecture) => entryPoints.map((kernel) => `${architecture} ${kernel}`));
}
