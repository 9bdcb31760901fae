import { UserError } from "../errors.ts";
import { Libraries } from "./compiled-library.ts";
import type { Compiler } from "./compiler.ts";
import { kernelHash } from "./kernel-sources.ts";

/** A set of vector instructions that kernels are compiled for. */
export interface InstructionSet {
  name: string;
  lanes: number;
  flags: readonly string[];
}

/** All that the kernels know; every one gives the same bits. `scalar-fma` is plain C++ with hardware FMA. */
export const instructionSets: Readonly<Record<string, InstructionSet>> = {
  avx512: {
    name: "avx512",
    lanes: 8,
    flags: [
      "-DLF_AVX512",
      "-mavx512f",
      "-mavx512dq",
      "-mavx512vl",
      "-mavx2",
      "-mfma",
      "-mprefer-vector-width=512",
    ],
  },
  avx2: { name: "avx2", lanes: 4, flags: ["-DLF_AVX2", "-mavx2", "-mfma"] },
  neon: { name: "neon", lanes: 2, flags: ["-DLF_NEON"] },
  "scalar-fma": { name: "scalar-fma", lanes: 1, flags: ["-mfma"] },
  scalar: { name: "scalar", lanes: 1, flags: [] },
};

/** Sets that run on a processor whose best is the key, the best first. */
const runnable: Readonly<Record<string, readonly string[]>> = {
  avx512: ["avx512", "avx2", "scalar-fma", "scalar"],
  avx2: ["avx2", "scalar-fma", "scalar"],
  neon: ["neon", "scalar"],
  scalar: ["scalar"],
};

/**
 * Names of the instruction sets that this machine's processor runs, the best first.
 * @throws NoKernelError where the compiler gives no answer
 */
export async function runnableSets(compiler: Compiler, libraries?: Libraries): Promise<readonly string[]> {
  const own = libraries ?? new Libraries();
  const flags = ["-O1", "-std=c++17"];
  const hash = kernelHash("", "processor", process.arch, compiler.command, compiler.version, ...flags);
  try {
    const best = await own.instructionSet(hash, compiler, "processor.cpp", flags);
    return runnable[best] ?? runnable.scalar!;
  } finally {
    if (own !== libraries) await own.close();
  }
}

/**
 * $LAWFIT_INSTRUCTION_SET, else the best that this machine's processor has.
 * @throws UserError where the wanted set is unknown, or is none of this processor's; NoKernelError where the compiler gives no answer
 */
export async function chooseInstructionSet(
  compiler: Compiler,
  libraries?: Libraries,
): Promise<InstructionSet> {
  const names = await runnableSets(compiler, libraries);
  const { LAWFIT_INSTRUCTION_SET: wanted } = process.env;
  if (!wanted) return instructionSets[names[0]!]!;
  if (names.includes(wanted)) return instructionSets[wanted]!;
  const wrong = wanted in instructionSets ? "does not run on this processor" : "is unknown";
  throw new UserError(`LAWFIT_INSTRUCTION_SET: "${wanted}" ${wrong}; allowed: ${names.join(", ")}`);
}
