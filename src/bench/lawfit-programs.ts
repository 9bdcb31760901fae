import { openBackend } from "../solve/backends.ts";
import { findCompiler } from "../solve/compiler.ts";
import { chooseInstructionSet, type InstructionSet, instructionSets } from "../solve/instruction-set.ts";
import { NoKernelError } from "../solve/no-kernel.ts";
import type { BackendName } from "../solve/problem.ts";
import { countOf } from "../tables/format.ts";

/** lawfit itself on one backend, ready to be measured. */
export interface LawfitProgram {
  /** `lawfit-avx512`, `lawfit-avx2`, `lawfit-wasm`, `lawfit-tfjs`. */
  name: string;
  present: true;
  /** Instruction set and compiler. */
  version: string;
  backend: BackendName;
  /** The instruction set that the native backend must take; undefined is the machine's best. */
  instructionSet?: string;
}

export interface AbsentProgram {
  name: string;
  present: false;
  reason: string;
}

/**
 * Names that `--backends` takes: the machine's best instruction set, AVX2 on a machine that has more, WebAssembly, and
 * TensorFlow.js.
 */
export const benchBackends = ["native", "avx2", "portable", "tfjs"] as const;

/** Those that are measured where nobody names any. TensorFlow.js takes too long for that. */
const usualBackends: readonly string[] = benchBackends.filter((name) => name !== "tfjs");

type BenchBackend = (typeof benchBackends)[number];

/** The backends that are wanted, each ready or with the reason why not. */
export async function findLawfitPrograms(
  wanted: readonly string[] = usualBackends,
): Promise<(LawfitProgram | AbsentProgram)[]> {
  const compiler = await findCompiler();
  const best = "reason" in compiler ? compiler : await chooseInstructionSet(compiler).catch(whyNone);
  const native = (set: InstructionSet): LawfitProgram => ({
    name: `lawfit-${set.name}`,
    present: true,
    version: `${countOf(set.lanes, "lane")}, ${"version" in compiler ? compiler.version : ""}`,
    backend: "native",
    instructionSet: set.name,
  });
  const find: Record<BenchBackend, () => Promise<LawfitProgram | AbsentProgram>> = {
    native: async () =>
      "reason" in best ? { name: "lawfit-native", present: false, ...best } : native(best),
    avx2: async () => {
      const absent = { name: "lawfit-avx2", present: false } as const;
      if ("reason" in best) return { ...absent, ...best };
      if (best.name === "avx512") return native(instructionSets.avx2!);
      return { ...absent, reason: `native takes ${best.name} here; AVX2 is measured beside AVX-512` };
    },
    portable: () => findOpened("portable", "lawfit-wasm", () => "2 lanes"),
    tfjs: () => findOpened("tfjs", "lawfit-tfjs", (description) => description),
  };
  return Promise.all(benchBackends.filter((name) => wanted.includes(name)).map((name) => find[name]()));
}

function whyNone(error: unknown): { reason: string } {
  if (error instanceof NoKernelError) return { reason: error.message };
  throw error;
}

/** A backend that is there where it opens. */
async function findOpened(
  backend: BackendName,
  name: string,
  versionOf: (description: string) => string,
): Promise<LawfitProgram | AbsentProgram> {
  try {
    const opened = await openBackend(backend, 1);
    await opened.close();
    return { name, present: true, version: versionOf(opened.description), backend };
  } catch (error) {
    return { name, present: false, reason: (error as Error).message };
  }
}
