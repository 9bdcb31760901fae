import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileLimit, runCompiler, versionLimit } from "../compiler.ts";
import type { KernelVariant } from "../kernel.ts";
import { kernelsFolder } from "../paths.ts";
import type { PtxCompiler } from "./ptx-compiler.ts";

/** nvcc calls host functions that are constant expressions only with this. */
const ownOptions = ["--expt-relaxed-constexpr", "--disable-warnings"];

/** $NVCC alone where it is set, else nvcc on the PATH, else that of $CUDA_HOME or $CUDA_PATH. */
function commands(): string[] {
  const { NVCC, CUDA_HOME, CUDA_PATH } = process.env;
  if (NVCC) return [NVCC];
  const folders = [CUDA_HOME, CUDA_PATH].filter((folder) => folder !== undefined && folder !== "");
  return ["nvcc", ...folders.map((folder) => join(folder!, "bin", "nvcc"))];
}

/** The nvcc of this machine, or why there is none. */
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

/** None of an nvcc of before the option. */
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
    if (ptx === "") throw new Error("it ended well and wrote no PTX");
    return ptx;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
