import koffi from "koffi";
import { UserError } from "../errors.ts";
import { compiledLibrary } from "./compiled-library.ts";
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

/** $LAWFIT_INSTRUCTION_SET, else the best that this machine's processor has. */
export async function chooseInstructionSet(compiler: Compiler): Promise<InstructionSet> {
  const wanted = process.env.LAWFIT_INSTRUCTION_SET;
  if (wanted) {
    const set = instructionSets[wanted];
    if (!set) {
      throw new UserError(
        `LAWFIT_INSTRUCTION_SET: "${wanted}" is unknown; allowed: ${Object.keys(instructionSets).join(", ")}`,
      );
    }
    return set;
  }
  const flags = ["-O1", "-std=c++17"];
  const hash = kernelHash("", "processor", compiler.version, ...flags);
  const library = koffi.load(await compiledLibrary(hash, compiler, "processor.cpp", flags));
  const best = library.func("const char* lawfit_instruction_set()") as () => string;
  return instructionSets[best()] ?? instructionSets.scalar!;
}
