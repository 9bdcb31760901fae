import koffi, { type LibraryHandle } from "koffi";
import {
  answerIn,
  answerSize,
  type Kernel,
  type KernelRequest,
  requestNumbers,
  scratchSize,
} from "./kernel.ts";

/**
 * Stack of an asynchronous call, bytes: a fit of 64 parameters keeps their second derivatives at 16 points, for 8 lanes.
 * koffi's own 128 kB end at some 15 parameters, with a crash.
 */
const stackBytes = 8 << 20;
koffi.config({ ...koffi.config(), async_stack_size: stackBytes });

/** Libraries by path. koffi unloads one whose handle is collected, so they are kept for the life of the process. */
const loaded = new Map<string, LibraryHandle>();

/**
 * What a library holds.
 *
 * @throws Error where it does not load, or lacks a function
 */
export function bindLibrary<Bound>(path: string, bind: (library: LibraryHandle) => Bound): Bound {
  const library = loaded.get(path) ?? koffi.load(path);
  try {
    const bound = bind(library);
    loaded.set(path, library);
    return bound;
  } catch (error) {
    // Else the system would take the next one of that path for the same.
    if (!loaded.has(path)) library.unload();
    throw error;
  }
}

/** Name of the best instruction set of this machine's processor, as the library made of kernels/processor.cpp says it. */
export function instructionSetIn(library: LibraryHandle): string {
  return (library.func("const char* lawfit_instruction_set()") as () => string)();
}

/** koffi does not keep the arguments of an asynchronous call alive: they stay here until its callback. */
const inUse = new Set<unknown[]>();

type Asynchronous = (...values: unknown[]) => void;

/** The kernel in a library made of kernels/cpu.cpp, for a form of so many parameters. */
export function kernelIn(library: LibraryHandle, parameters: number): Kernel {
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
      return new Promise((resolve, reject) => {
        inUse.add(values);
        (solve.async as Asynchronous)(...values, (error: Error | null) => {
          inUse.delete(values);
          if (error) reject(error);
          else resolve(answerIn(real, whole, count, size.rows, parameters));
        });
      });
    },
    async starts({ seed, problemKey, firstStart, count }, range) {
      const out = new Float64Array(count * parameters);
      starts(seed, problemKey, firstStart, count, range, out);
      return out;
    },
  };
}
