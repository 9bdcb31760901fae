import { existsSync } from "node:fs";
import { findCompiler } from "../../src/solve/compiler.ts";
import { instructionSets, runnableSets } from "../../src/solve/native.ts";
import { builtInVariants, portableModulePath } from "../../src/solve/portable.ts";
import { answers, type Toolchain } from "./cpp.ts";

const found = await findCompiler();

/** The C++ compiler of this machine, or undefined where there is none: tests that need it skip and say so. */
export const compiler = "reason" in found ? undefined : found;

/** Its command. */
export const cxx = compiler?.command;

/** Whether the WebAssembly kernels are there: tests that need them skip and say so, because compiling them takes minutes. */
export const hasPortable = builtInVariants().every((variant) => existsSync(portableModulePath(variant)));

/** Instruction sets that this machine runs and compiles for, the best first. */
export const setsHere: readonly string[] = compiler ? await runnableSets(compiler) : [];

/** Every instruction set with vectors, and plain C++; those that this machine cannot run have no toolchain. */
export const toolchains: readonly { name: string; toolchain: Toolchain | undefined }[] = [
  ...["avx512", "avx2", "scalar-fma", "scalar"].map((name) => ({
    name,
    toolchain:
      cxx && setsHere.includes(name) ? { compiler: cxx, flags: instructionSets[name]!.flags } : undefined,
  })),
  { name: "neon", toolchain: neon() },
];

/** Arm's vectors: this processor's own, or by emulation where QEMU and the cross compiler are there. */
function neon(): Toolchain | undefined {
  const { flags } = instructionSets.neon!;
  if (cxx && setsHere.includes("neon")) return { compiler: cxx, flags };
  const compiler = "aarch64-linux-gnu-g++";
  const emulator = "qemu-aarch64";
  if (!answers(compiler) || !answers(emulator)) return undefined;
  return { compiler, flags: [...flags, "-static"], runner: [emulator] };
}
