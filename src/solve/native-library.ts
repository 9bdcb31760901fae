import koffi, { type LibraryHandle } from "koffi";
import {
  answerIn,
  answerSize,
  type KernelRequest,
  type ManyKernel,
  requestNumbers,
  scratchSize,
} from "./kernel.ts";

/**
 * Stack of an asynchronous call, bytes. A fit of 64 parameters keeps their second derivatives at 16 points for 8 lanes there;
 * koffi's default of 128 kB overflows at about 15 parameters and crashes the process.
 */
const stackBytes = 8 << 20;
koffi.config({ ...koffi.config(), async_stack_size: stackBytes });

/** Loaded libraries by path. koffi unloads a library when its handle is collected, so handles are kept until the process ends. */
const loaded = new Map<string, LibraryHandle>();

/**
 * Loads a library and binds its functions.
 *
 * @throws Error where it cannot be loaded, or lacks a function
 */
export function bindLibrary<Bound>(path: string, bind: (library: LibraryHandle) => Bound): Bound {
  const library = loaded.get(path) ?? koffi.load(path);
  try {
    const bound = bind(library);
    loaded.set(path, library);
    return bound;
  } catch (error) {
    // Otherwise the system would take the next library of that path for this one.
    if (!loaded.has(path)) library.unload();
    throw error;
  }
}

/** Name of the best instruction set of this machine's processor, from a library compiled from kernels/processor.cpp. */
export function instructionSetIn(library: LibraryHandle): string {
  return (library.func("const char* lawfit_instruction_set()") as () => string)();
}

/** Arguments of asynchronous calls, which koffi does not keep alive until the callback. */
const inUse = new Set<unknown[]>();

/** Calls a function of a library on a thread of libuv. */
export function callOnThread<Result>(
  called: ReturnType<LibraryHandle["func"]>,
  values: unknown[],
): Promise<Result> {
  inUse.add(values);
  return new Promise((resolve, reject) => {
    called.async(...values, (error: Error | null, result: Result) => {
      inUse.delete(values);
      if (error) reject(error);
      else resolve(result);
    });
  });
}

/** Numbers that tell a request and where its parts begin (kernels/many.hpp). */
const numbersOfOne = 18;

/** The kernel in a library compiled from kernels/cpu.cpp, for a form with this number of parameters. */
export function kernelIn(library: LibraryHandle, parameters: number): ManyKernel {
  const solve = library.func(
    "void lawfit_solve(int32_t points, int32_t flags, uint32_t seed, uint32_t problem, int32_t first_start, int32_t first_resample, int32_t count, int32_t starts, int32_t limit, int32_t given, int32_t structured, uint32_t population, int32_t drawn, double tolerance, const double* data, const double* scalars, const double* given_starts, double* real, int32_t* whole)",
  );
  const solveMany = library.func(
    "void lawfit_solve_many(int32_t requests, const int32_t* numbers, const double* in, double* real, int32_t* whole)",
  );
  const starts = library.func(
    "void lawfit_starts(uint32_t seed, uint32_t problem, int32_t first, int32_t count, const double* range, double* out)",
  );
  return {
    async solve(request: KernelRequest) {
      const { count } = request;
      const size = answerSize(request, count, parameters);
      const scratch = scratchSize(request, parameters);
      const real = new Float64Array(size.reals + scratch.reals);
      const whole = new Int32Array(size.wholes + scratch.wholes);
      const { data, scalars, givenStarts } = request;
      const values = [...requestNumbers(request, parameters), data, scalars, givenStarts, real, whole];
      await callOnThread<void>(solve, values);
      return answerIn(real, whole, count, size.rows, parameters);
    },
    async solveMany(requests: readonly KernelRequest[]) {
      const numbers = new Int32Array(requests.length * numbersOfOne);
      const rows: number[] = [];
      let [ins, reals, wholes] = [requests.length, 0, 0];
      requests.forEach((request, r) => {
        const size = answerSize(request, request.count, parameters);
        const scratch = scratchSize(request, parameters);
        const { data, scalars, givenStarts } = request;
        const ofScalars = ins + data.length;
        const ofStarts = ofScalars + scalars.length;
        const told = requestNumbers(request, parameters);
        // The last is the tolerance, which is no whole number; numbers of 32 bits without a sign keep their bits.
        told.splice(-1, 1, ins, ofScalars, ofStarts, reals, wholes);
        numbers.set(told, r * numbersOfOne);
        ins = ofStarts + givenStarts.length;
        reals += size.reals + scratch.reals;
        wholes += size.wholes + scratch.wholes;
        rows.push(size.rows);
      });
      const input = new Float64Array(ins);
      const real = new Float64Array(reals);
      const whole = new Int32Array(wholes);
      requests.forEach(({ tolerance, data, scalars, givenStarts }, r) => {
        const place = (r + 1) * numbersOfOne - 5;
        input[r] = tolerance;
        input.set(data, numbers[place]!);
        input.set(scalars, numbers[place + 1]!);
        input.set(givenStarts, numbers[place + 2]!);
      });
      await callOnThread<void>(solveMany, [requests.length, numbers, input, real, whole]);
      return requests.map(({ count }, r) => {
        const place = (r + 1) * numbersOfOne - 2;
        const [ofReal, ofWhole] = [real.subarray(numbers[place]!), whole.subarray(numbers[place + 1]!)];
        return answerIn(ofReal, ofWhole, count, rows[r]!, parameters);
      });
    },
    async starts({ seed, problemKey, firstStart, count }, range) {
      const out = new Float64Array(count * parameters);
      starts(seed, problemKey, firstStart, count, range, out);
      return out;
    },
  };
}
