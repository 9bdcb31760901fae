import { availableParallelism } from "node:os";
import type { LibraryHandle } from "koffi";
import { answerIn, answerSize, scratchSize } from "./answer.ts";
import { loadCompiled, type Making } from "./compiled-library.ts";
import { type Compiler, findCompiler } from "./compiler.ts";
import { chooseInstructionSet, type InstructionSet } from "./instruction-set.ts";
import {
  type Backend,
  type Kernel,
  type KernelRequest,
  type KernelVariant,
  requestNumbers,
  sizeMacros,
  startsPerCpuRequest,
  variantKey,
  variantMacros,
} from "./kernel.ts";
import { KernelShelf } from "./kernel-shelf.ts";
import { kernelHash } from "./kernel-sources.ts";
import { type Limiter, limiter } from "./limiter.ts";

const commonFlags = [
  "-O3",
  "-std=c++17",
  "-ffp-contract=off",
  "-fno-math-errno",
  "-fno-trapping-math",
  '-DLAWFIT_FORM="form.hpp"',
];

/**
 * The native backend: each form compiled by the machine's C++ compiler for its processor, called on libuv's
 * threads. Resolves to the reason where it cannot work here.
 *
 * @param signal ends the compiler's runs
 */
export async function openNative(
  threads = availableParallelism(),
  signal?: AbortSignal,
): Promise<Backend | { reason: string }> {
  const compiler = await findCompiler(signal);
  if ("reason" in compiler) return compiler;
  const set = await chooseInstructionSet(compiler);
  const shelf = new KernelShelf();
  const inTurn = limiter(threads);
  return {
    name: "native",
    description: `cpu, ${set.name} (${set.lanes} lanes), ${threads} thread${threads === 1 ? "" : "s"}, ${compiler.version}`,
    concurrency: threads,
    startsPerRequest: startsPerCpuRequest,
    kernel(variant) {
      return shelf.get(variantKey(variant), async () => {
        const { library, isCompiled } = await loadCompiled(...nativeMaking(variant, compiler, set));
        const kernel = kernelIn(library, variant.parameters, inTurn);
        return { kernel, made: isCompiled ? "compiled" : "found" };
      });
    },
    kernelCounts: () => shelf.counts,
    close: async () => {},
  };
}

/** How a variant's shared library is made for an instruction set. */
export function nativeMaking(variant: KernelVariant, compiler: Compiler, set: InstructionSet): Making {
  const flags = [...commonFlags, ...set.flags, ...variantMacros(variant), ...sizeMacros(variant)];
  const hash = kernelHash(variant.formSource, "cpu", compiler.command, compiler.version, ...flags);
  return [hash, compiler, "cpu.cpp", flags, { "form.hpp": variant.formSource }];
}

/** koffi does not keep the arguments of an asynchronous call alive: they stay here until its callback. */
const inUse = new Set<unknown[]>();

type Asynchronous = (...values: unknown[]) => void;

function kernelIn(library: LibraryHandle, parameters: number, inTurn: Limiter): Kernel {
  const solve = library.func(
    "void lawfit_solve(int32_t points, int32_t flags, uint32_t seed, uint32_t problem, int32_t first_start, int32_t first_resample, int32_t count, int32_t starts, int32_t limit, int32_t given, uint32_t population, int32_t drawn, double tolerance, const double* data, const double* scalars, const double* given_starts, double* real, int32_t* whole)",
  );
  const starts = library.func(
    "void lawfit_starts(uint32_t seed, uint32_t problem, int32_t first, int32_t count, const double* range, double* out)",
  );
  return {
    solve(request: KernelRequest) {
      const { count } = request;
      const size = answerSize(request, count, parameters);
      const scratch = scratchSize(request, parameters);
      const real = new Float64Array(size.reals + scratch.reals);
      const whole = new Int32Array(size.wholes + scratch.wholes);
      const values = [
        ...requestNumbers(request, parameters),
        request.data,
        request.scalars,
        request.givenStarts,
        real,
        whole,
      ];
      return inTurn(
        () =>
          new Promise((resolve, reject) => {
            inUse.add(values);
            (solve.async as Asynchronous)(...values, (error: Error | null) => {
              inUse.delete(values);
              if (error) reject(error);
              else resolve(answerIn(real, whole, count, size.rows, parameters));
            });
          }),
      );
    },
    async starts({ seed, problemKey, firstStart, count }, range) {
      const out = new Float64Array(count * parameters);
      starts(seed, problemKey, firstStart, count, range, out);
      return out;
    },
  };
}
