import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { KernelVariant } from "../kernel.ts";
import { kernelsFolder } from "../paths.ts";
import type { PtxCompiler } from "./ptx-compiler.ts";

const run = promisify(execFile);

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
    try {
      const { stdout } = await run(command, ["--version"]);
      const version = /\bV(\d+(?:\.\d+)+)/.exec(stdout)?.[1] ?? /release (\d+\.\d+)/.exec(stdout)?.[1] ?? "?";
      return {
        description: `nvcc ${version} (${command})`,
        ownOptions,
        architectures: await architecturesOf(command),
        compile: (variant, options) => compile(command, variant, options),
      };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      tried.push(`${command}: ${code === "ENOENT" ? "not found" : `failed (${code})`}`);
    }
  }
  return { reason: tried.join(", ") };
}

async function architecturesOf(command: string): Promise<string[]> {
  try {
    return (await run(command, ["--list-gpu-arch"])).stdout.match(/^compute_\d+$/gm) ?? [];
  } catch {
    return []; // an nvcc of before the option
  }
}

async function compile(command: string, variant: KernelVariant, options: readonly string[]): Promise<string> {
  const work = await mkdtemp(join(tmpdir(), "lawfit-ptx-"));
  const made = join(work, "kernel.ptx");
  try {
    await writeFile(join(work, "form.hpp"), variant.formSource);
    const includes = [`-I${work}`, `-I${kernelsFolder}`];
    const source = join(kernelsFolder, "cuda.cu");
    const all = ["-ptx", ...options, ...ownOptions, ...includes, "-o", made, source];
    await run(command, all, { cwd: work, maxBuffer: 1 << 24 });
    return await readFile(made, "utf8");
  } catch (error) {
    const {
      stderr = "",
      stdout = "",
      message,
    } = error as { stderr?: string; stdout?: string; message: string };
    throw new Error(`${stderr}${stdout}`.trim() || message);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
