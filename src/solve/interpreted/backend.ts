import { concatenated, getOrInsert } from "../../collections.ts";
import { UserError } from "../../errors.ts";
import { forms, laws } from "../../forms/registry.ts";
import {
  type Backend,
  type Kernel,
  type KernelRequest,
  type KernelVariant,
  type TranslatableForm,
  variantKey,
} from "../kernel.ts";
import type { BackendName, KernelChoice } from "../problem.ts";
import { interpretedForm, interpreterSource } from "./layout.ts";

/** Whether a backend's kernels can interpret forms. */
export function hasInterpreter(name: BackendName): boolean {
  return name !== "tfjs";
}

/**
 * Fits times points from which compiling a kernel pays: it takes 2 to 3 seconds of the processor, and an interpreted fit 1.1 to 1.3 times
 * the time of a compiled one, which is 0.1 to 0.7 microseconds a point (bench/interpreter.mjs).
 */
const paysFrom = 5e7;

/**
 * A backend whose kernels interpret the forms that they solve (kernels/interpreter.hpp), so that no form waits for a compiler: one
 * kernel serves all forms of so many parameters. Its answers have the bits of the backend's own. Forms that the interpreter does not
 * take have their own kernels, and so have all where there is no interpreter because it cannot be compiled.
 *
 * @param choice `auto`: a form of the package has its own kernel, which is compiled once; another one is interpreted where the interpreter is ready, its
 * own kernel is not, and its work does not pay for one, as far as `compile` was told, or none can be compiled
 */
export function interpreting(
  backend: Backend,
  choice: Exclude<KernelChoice, "compiled"> = "interpreted",
): Backend {
  const kernels = new WeakMap<TranslatableForm, Map<string, Promise<Kernel>>>();
  /** Variants that have been found to be better interpreted, or not. */
  const chosen = new Map<string, Promise<boolean>>();
  const isInterpreted = async (
    variant: KernelVariant,
    interpreter: KernelVariant,
    work: number,
  ): Promise<boolean> => {
    if (choice === "interpreted") return true;
    const { name } = variant.form!;
    if (forms.has(name) || laws.has(name)) return false;
    // An interpreter takes the compiler longer than a form's own kernel. A backend without one has kernels or has them not.
    const isSmall = async (): Promise<boolean> =>
      (work < paysFrom || !backend.compile) &&
      !(await backend.isReady?.(variant)) &&
      (await backend.isReady?.(interpreter)) === true;
    return getOrInsert(chosen, variantKey(variant), isSmall);
  };
  /** The interpreter of a variant's form; undefined where it has its own kernel. */
  const interpreterFor = async (variant: KernelVariant, work: number): Promise<KernelVariant | undefined> => {
    const interpreter = interpreterOf(variant);
    return interpreter !== undefined && (await isInterpreted(variant, interpreter, work))
      ? interpreter
      : undefined;
  };
  const kernelOf = async (variant: KernelVariant, interpreter: KernelVariant): Promise<Kernel> => {
    try {
      const kernel = interpretingKernel(await backend.kernel(interpreter), variant.form!);
      // Of a search no form's text is made; of other sweeps work is planned by forms.
      return choice === "interpreted" ? { ...kernel, compiledFor: interpreter } : kernel;
    } catch (error) {
      if (error instanceof UserError) return backend.kernel(variant);
      throw error;
    }
  };
  return {
    ...backend,
    async kernel(variant) {
      const interpreter = await interpreterFor(variant, Infinity);
      if (interpreter === undefined) return backend.kernel(variant);
      // A search defines forms by the thousand: nothing of a form is kept for longer than the form.
      const ofForm = getOrInsert(kernels, variant.form!, () => new Map());
      return getOrInsert(ofForm, variantKey(interpreter), () => kernelOf(variant, interpreter));
    },
    async compile(variants, work = []) {
      const libraries = await Promise.all(
        variants.map(async (variant, i) => (await interpreterFor(variant, work[i] ?? Infinity)) ?? variant),
      );
      await backend.compile?.([...new Map(libraries.map((each) => [variantKey(each), each])).values()]);
    },
  };
}

/** The variant whose kernel interprets the form of another; undefined where that must be compiled. */
export function interpreterOf(variant: KernelVariant): KernelVariant | undefined {
  const { form, parameters, logResidual, robust, resampling, training } = variant;
  if (form === undefined || training || interpretedForm(form) === undefined) return undefined;
  const formSource = interpreterSource(parameters);
  return { formSource, parameters, logResidual, robust, resampling, interpreted: true };
}

/**
 * The kernel of a form, by the interpreter's: each request brings the form with it.
 *
 * @param form one that the interpreter takes
 */
export function interpretingKernel(interpreter: Kernel, form: TranslatableForm): Kernel {
  const laid = interpretedForm(form)!;
  // Requests share the scalars of their problem.
  const withForm = new WeakMap<Float64Array, Float64Array>();
  const headed = (request: KernelRequest): KernelRequest => ({
    ...request,
    formNumbers: laid.length,
    scalars: getOrInsert(withForm, request.scalars, () => concatenated([laid, request.scalars])),
  });
  return {
    solve: (request) => interpreter.solve(headed(request)),
    starts: (request, range) => interpreter.starts(request, range),
  };
}
