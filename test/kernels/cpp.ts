import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { kernelsFolder } from "../../src/solve/paths.ts";

/** The C++ compiler of the tests, or undefined where there is none: tests that need it then skip and say so. */
export const cxx = [process.env.CXX, "g++", "clang++"].find((command) => command && answers(command));

/** Whether a command runs and takes `--version`. */
export function answers(command: string): boolean {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
}

export interface Toolchain {
  compiler: string;
  flags?: readonly string[];
  /** Program that runs what was compiled, where this processor does not. */
  runner?: readonly string[];
}

/** What keeps the compiler from joining or reordering operations; the native backend compiles with the same. */
const exactFlags = ["-O2", "-std=c++17", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"];

/** Compiles a program of this folder against the kernels and gives what it writes for `input`. */
export function runCpp(file: string, { compiler, flags = [], runner = [] }: Toolchain, input = new Uint8Array()): Buffer {
  const here = dirname(fileURLToPath(import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "lawfit-test-"));
  const program = join(folder, "program");
  try {
    execFileSync(compiler, [...exactFlags, ...flags, `-I${kernelsFolder}`, "-o", program, join(here, file)]);
    const [command = "", ...rest] = [...runner, program];
    return execFileSync(command, rest, { input, maxBuffer: 1 << 28 });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
