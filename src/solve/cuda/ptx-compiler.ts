import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileLimit, runCompiler, versionLimit } from "../compiler.ts";
import type { KernelVariant } from "../kernel.ts";
import { kernelsFolder } from "../paths.ts";
import { architectureOf, type Capability, rankOf } from "./ptx-files.ts";

/**
 * The oldest version of the PTX language that has an architecture, for the architectures of older drivers: a driver refuses PTX
 * of a newer version than its own, whatever its content.
 */
const languages: Readonly<Record<string, string>> = {
  sm_80: "7.0",
  sm_86: "7.1",
  sm_89: "7.8",
  sm_90: "7.8",
};

/**
 * PTX that older drivers also accept. A compiler labels its output with the newest version of the language that it knows; the
 * kernels use nothing that the oldest version with their architecture lacks, except hints to the optimiser, which are removed.
 * The output of CUDA 13 then loads on drivers from CUDA 11.8 on (sm_80: 11.0).
 */
export function ptxForOlderDrivers(ptx: string): string {
  const target = /^\s*\.target\s+(sm_\d+)\s*(?:,|$)/m.exec(ptx)?.[1];
  const oldest = target === undefined ? undefined : languages[target];
  const label = /^(\s*\.version\s+)(\d+)\.(\d+)/m.exec(ptx);
  if (oldest === undefined || !label) return ptx;
  const [major = 0, minor = 0] = oldest.split(".").map(Number);
  const [, before, ...labelled] = label;
  const [labelMajor = 0, labelMinor = 0] = labelled.map(Number);
  if (labelMajor < major || (labelMajor === major && labelMinor <= minor)) return ptx;
  return ptx
    .replace(label[0], `${before}${oldest}`)
    .replace(/^\s*\.pragma\s+"used_bytes_mask[^"]*";\s*\n/gm, "");
}

/** The first option lets device code call host functions that are constant expressions. */
const ownOptions = ["--expt-relaxed-constexpr", "--disable-warnings"];

/** Commands to try: only $NVCC where it is set, else nvcc on the PATH, then those of $CUDA_HOME and $CUDA_PATH. */
function commands(): string[] {
  const { NVCC, CUDA_HOME, CUDA_PATH } = process.env;
  if (NVCC) return [NVCC];
  const folders = [CUDA_HOME, CUDA_PATH].filter((folder) => folder !== undefined && folder !== "");
  return ["nvcc", ...folders.map((folder) => join(folder!, "bin", "nvcc"))];
}

/** The first nvcc of this machine that runs, or the reason why there is none. */
export async function findNvcc(): Promise<PtxCompiler | { reason: string }> {
  const tried: string[] = [];
  for (const command of commands()) {
    const { failure, stdout } = await runCompiler(command, ["--version"], { seconds: versionLimit });
    if (failure !== undefined) {
      tried.push(`${command}: ${failure}`);
      continue;
    }
    const version = /\bV(\d+(?:\.\d+)+)/.exec(stdout)?.[1] ?? /release (\d+\.\d+)/.exec(stdout)?.[1] ?? "?";
    return {
      description: `nvcc ${version} (${command})`,
      ownOptions,
      architectures: await architecturesOf(command),
      compile: (variant, options) => compile(command, variant, options),
    };
  }
  return { reason: tried.join(", ") };
}

/** Architectures of an nvcc; empty for versions without the option that lists them. */
async function architecturesOf(command: string): Promise<string[]> {
  const { failure, stdout } = await runCompiler(command, ["--list-gpu-arch"], { seconds: versionLimit });
  return failure === undefined ? (stdout.match(/^compute_\d+$/gm) ?? []) : [];
}

async function compile(command: string, variant: KernelVariant, options: readonly string[]): Promise<string> {
  const work = await mkdtemp(join(tmpdir(), "lawfit-ptx-"));
  const made = join(work, "kernel.ptx");
  try {
    await writeFile(join(work, "form.hpp"), variant.formSource);
    const includes = [`-I${work}`, `-I${kernelsFolder}`];
    const source = join(kernelsFolder, "cuda.cu");
    const all = ["-ptx", ...options, ...ownOptions, ...includes, "-o", made, source];
    const { failure, stdout, stderr } = await runCompiler(command, all, {
      seconds: compileLimit(),
      cwd: work,
    });
    if (failure !== undefined) throw new Error(`${stderr}${stdout}`.trim() || failure);
    const ptx = await readFile(made, "utf8").catch(() => "");
    if (ptx === "") throw new Error("it succeeded but wrote no PTX");
    return ptx;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A compiler of CUDA C++ to PTX. */
export interface PtxCompiler {
  /** Name, version and path, for people; a part of the hash under which its PTX is cached. */
  description: string;
  /** Options of this compiler only; a part of that hash too. */
  ownOptions: readonly string[];
  /** Its architectures, e.g. ["compute_80", "compute_90"]; empty where it is too old to list them. */
  architectures: readonly string[];
  /** The PTX of a variant. @throws Error with the compiler's messages */
  compile(variant: KernelVariant, options: readonly string[]): Promise<string>;
}

/**
 * The architecture to compile for: that of the device, or the newest older one that the compiler knows, because a driver compiles
 * PTX of older architectures for newer devices. Returns the reason where there is none.
 *
 * @param architectures of the compiler; empty where it cannot list them
 */
export function chooseArchitecture(
  architectures: readonly string[],
  capability: Capability,
): { architecture: string } | { reason: string } {
  const wanted = rankOf(capability);
  if (architectures.length === 0) return { architecture: architectureOf(capability) };
  const ranks = architectures
    .map((name) => /^(?:compute|sm)_(\d+)$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number);
  const best = Math.max(...ranks.filter((rank) => rank <= wanted));
  if (Number.isFinite(best)) return { architecture: `compute_${best}` };
  return {
    reason: `it compiles for compute_${Math.min(...ranks)} and later; the device is compute_${wanted}`,
  };
}
