import { availableParallelism } from "node:os";
import { UserError } from "../errors.ts";
import { Libraries, type Making } from "./compiled-library.ts";
import { type Compiler, findCompiler } from "./compiler.ts";
import { Fallback, NoKernelError } from "./fallback.ts";
import {
  type Backend,
  type Kernel,
  KernelShelf,
  type KernelVariant,
  type ShelvedKernel,
  sizeMacros,
  startsPerCpuRequest,
  variantKey,
  variantMacros,
} from "./kernel.ts";
import type { OnWarning } from "./kernel-cache.ts";
import { KernelCalls, requestsPerCall } from "./native/kernel-calls.ts";
import { kernelHash } from "./paths.ts";
import { hasStructure } from "./search/structure.ts";

/** A set of vector instructions that kernels are compiled for. */
export interface InstructionSet {
  name: string;
  lanes: number;
  flags: readonly string[];
}

/** The instruction sets that kernels can be compiled for; all give the same bits. `scalar-fma` is plain C++ with hardware FMA. */
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

/** The sets that run on a processor, the best first, by the best of them. */
const runnable: Readonly<Record<string, readonly string[]>> = {
  avx512: ["avx512", "avx2", "scalar-fma", "scalar"],
  avx2: ["avx2", "scalar-fma", "scalar"],
  neon: ["neon", "scalar"],
  scalar: ["scalar"],
};

/**
 * Names of the instruction sets that this machine's processor runs, the best first.
 *
 * @throws NoKernelError where the test of the processor cannot be compiled or run
 */
export async function runnableSets(compiler: Compiler, libraries?: Libraries): Promise<readonly string[]> {
  const opened = libraries ?? new Libraries();
  const flags = ["-O1", "-std=c++17"];
  const hash = kernelHash("", "processor", process.arch, compiler.command, compiler.version, ...flags);
  try {
    const best = await opened.instructionSet(hash, compiler, "processor.cpp", flags);
    return runnable[best] ?? runnable.scalar!;
  } finally {
    if (opened !== libraries) await opened.close();
  }
}

/**
 * The instruction set that $LAWFIT_INSTRUCTION_SET names, else the best of this machine's processor.
 *
 * @throws UserError where the named set is unknown, or does not run on this processor; NoKernelError as `runnableSets` does
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

const commonFlags = [
  "-O2",
  "-std=c++17",
  "-ffp-contract=off",
  "-fno-math-errno",
  "-fno-trapping-math",
  "-fno-exceptions",
  '-DLAWFIT_FORM="form.hpp"',
];

/**
 * Parts of -O2 that take GCC a quarter of its time and make fits no faster: processors order instructions themselves, and a kernel's
 * text computes nothing twice. Searches for values in memory end sooner.
 */
const spared = [
  "-fno-tree-dominator-opts",
  "-fno-gcse",
  "-fno-schedule-insns2",
  "--param=sccvn-max-alias-queries-per-access=50",
];

/** Whether a compiler is GCC, by the first line of its version: `g++ (Debian 12.2.0) 12.2.0`, `c++ (GCC) 14.1.0`. */
function isGcc({ version }: Compiler): boolean {
  return /(^|[^a-z])(g\+\+|gcc|c\+\+)/i.test(version) && !/clang/i.test(version);
}

interface NativeOptions {
  /**
   * Opens the backend for kernels that cannot be compiled here, or fault. @default none: such a kernel is an error
   */
  openFallback?: (() => Promise<Backend>) | undefined;
  /** Called before kernels are compiled ahead, with a name for each. */
  onCompile?: ((kernels: readonly string[]) => void) | undefined;
  /** Called with a line for a cache that cannot be used, and for each kernel that the fallback replaces. */
  onWarning?: OnWarning | undefined;
  /** Ends compilers, and processes of suspected kernels, with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * The native backend: each form is compiled by the machine's C++ compiler for its processor, and called on libuv's threads. Resolves
 * to the reason where it cannot work here.
 */
export async function openNative(
  threads = availableParallelism(),
  { openFallback, onCompile, onWarning = () => {}, signal }: NativeOptions = {},
): Promise<Backend | { reason: string }> {
  const compiler = await findCompiler(signal);
  if ("reason" in compiler) return compiler;
  const libraries = new Libraries({ onWarning, signal, threads });
  let set: InstructionSet;
  try {
    set = await chooseInstructionSet(compiler, libraries);
  } catch (error) {
    await libraries.close();
    if (error instanceof NoKernelError) return { reason: error.message };
    throw error;
  }
  const shelf = new KernelShelf();
  const calls = new KernelCalls(threads);
  const fallback = openFallback && new Fallback(openFallback);

  /** The fallback's kernel in place of one that cannot be used. */
  const instead = async (variant: KernelVariant, { message }: NoKernelError): Promise<Kernel> => {
    if (!fallback) throw new UserError(message);
    try {
      const kernel = await fallback.kernel(variant);
      onWarning(`${message}; its problems are solved by WebAssembly`);
      return kernel;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new UserError(`${message}; ${error.message}`);
    }
  };
  const makeKernel = async (variant: KernelVariant): Promise<ShelvedKernel> => {
    const what = `the compiled ${variant.interpreted ? "interpreter" : `kernel of ${variant.form ? `form ${variant.form.name}` : "a form"}`}`;
    try {
      const making = nativeMaking(variant, compiler, set);
      const { kernel, isCompiled } = await libraries.kernel(what, variant.parameters, ...making);
      const sent = calls.of(kernel);
      /** A kernel that faults does so in a process of its own, and any of its requests may be the first to fault. */
      const orInstead = async <Answer>(ask: (of: Kernel) => Promise<Answer>): Promise<Answer> => {
        try {
          return await ask(sent);
        } catch (error) {
          if (!(error instanceof NoKernelError)) throw error;
          return ask(await instead(variant, error));
        }
      };
      return {
        kernel: {
          solve: (request) => orInstead((of) => of.solve(request)),
          starts: (request, range) => orInstead((of) => of.starts(request, range)),
        },
        made: isCompiled ? "compiled" : "found",
      };
    } catch (error) {
      if (!(error instanceof NoKernelError)) throw error;
      return { kernel: await instead(variant, error), made: "elsewhere" };
    }
  };

  const isReady = async (variant: KernelVariant): Promise<boolean> =>
    shelf.has(variantKey(variant)) || libraries.has(...nativeMaking(variant, compiler, set));
  const kernelOf = (variant: KernelVariant): Promise<Kernel> =>
    shelf.get(variantKey(variant), () => makeKernel(variant));
  return {
    name: "native",
    description: `cpu, ${set.name} (${set.lanes} lanes), ${threads} thread${threads === 1 ? "" : "s"}, ${compiler.version}`,
    concurrency: threads,
    requestsPerCall,
    startsPerRequest: startsPerCpuRequest,
    kernel: kernelOf,
    isReady,
    async compile(variants) {
      const missing: KernelVariant[] = [];
      for (const variant of variants) if (!(await isReady(variant))) missing.push(variant);
      if (missing.length === 0) return;
      onCompile?.(
        missing.map(({ form, parameters, interpreted, resampling }) => {
          const what = interpreted ? `the interpreter of forms of ${parameters} parameters` : "a form";
          return `${form?.name ?? what}${resampling === "none" ? "" : " (resampled)"}`;
        }),
      );
      await Promise.allSettled(missing.map(kernelOf));
    },
    kernelCounts() {
      const other = fallback?.kernelCounts ?? { kernels: 0, compiled: 0 };
      const { kernels, compiled } = shelf.counts;
      return { kernels: kernels + other.kernels, compiled: compiled + other.compiled };
    },
    async close() {
      await libraries.close();
      await fallback?.close();
    },
  };
}

/** How the shared library of a variant is compiled for an instruction set. */
export function nativeMaking(variant: KernelVariant, compiler: Compiler, set: InstructionSet): Making {
  const flags = [
    ...commonFlags,
    ...(isGcc(compiler) ? spared : []),
    ...set.flags,
    ...variantMacros(variant),
    ...sizeMacros(variant),
  ];
  const hash = kernelHash(
    variant.formSource,
    "cpu",
    process.arch,
    compiler.command,
    compiler.version,
    ...flags,
  );
  const parts = variant.interpreted || hasStructure(variant) ? ["-DLF_PART=1", "-DLF_PART=2"] : [];
  return [hash, compiler, "cpu.cpp", flags, { "form.hpp": variant.formSource }, parts];
}
