import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { kernelsFolder } from "../../src/solve/paths.ts";

/** Whether a command runs and takes `--version`. */
export function answers(command: string): boolean {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
}

export interface Toolchain {
  compiler: string;
  flags: readonly string[];
  /** Program that runs what was compiled, where this processor does not. */
  runner?: readonly string[];
}

/** What keeps the compiler from joining or reordering operations; the native backend compiles with the same. */
const exactFlags = ["-O2", "-std=c++17", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"];

/** The folder of these tests' own C++ sources. */
export const cppFolder = dirname(fileURLToPath(import.meta.url));

/** Programs of this process by their command line and further files: none is compiled twice. */
const programs = new Map<string, string>();
process.on("exit", () => {
  for (const program of programs.values()) rmSync(dirname(program), { recursive: true, force: true });
});

/** Compiles a program of this folder against the kernels, with further files beside it. @returns its path */
function compileCpp(
  file: string,
  { compiler, flags }: Toolchain,
  files: Readonly<Record<string, string>>,
): string {
  const key = JSON.stringify([file, compiler, flags, files]);
  const known = programs.get(key);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), "lawfit-test-"));
  const program = join(folder, "program");
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const includes = [`-I${folder}`, `-I${kernelsFolder}`];
  execFileSync(compiler, [...exactFlags, ...flags, ...includes, "-o", program, join(cppFolder, file)]);
  programs.set(key, program);
  return program;
}

/** What a program of this folder, compiled with the kernels and further files, writes for `input`. */
export function runCpp(
  file: string,
  toolchain: Toolchain,
  input: Uint8Array,
  files: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const [command = "", ...rest] = [...(toolchain.runner ?? []), compileCpp(file, toolchain, files)];
  return new Uint8Array(execFileSync(command, rest, { input, maxBuffer: 1 << 28 }));
}
