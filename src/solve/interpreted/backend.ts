import { concatenated, getOrInsert } from "../../collections.ts";
import { UserError } from "../../errors.ts";
import {
  type Backend,
  type Kernel,
  type KernelRequest,
  type KernelVariant,
  type TranslatableForm,
  variantKey,
} from "../kernel.ts";
import type { BackendName } from "../problem.ts";
import { interpretedForm } from "./layout.ts";

/** Whether a backend's kernels can interpret forms. */
export function hasInterpreter(name: BackendName): boolean {
  return name === "native" || name === "cuda";
}

/**
 * A backend whose kernels interpret the forms that they solve (kernels/interpreter.hpp), so that no form waits for a compiler: one
 * kernel serves all forms of so many parameters. Its answers have the bits of the backend's own. Forms that the interpreter does not
 * take have their own kernels, and so have all where there is no interpreter because it cannot be compiled.
 */
export function interpreting(backend: Backend): Backend {
  const kernels = new WeakMap<TranslatableForm, Map<string, Promise<Kernel>>>();
  const kernelOf = async (variant: KernelVariant, interpreter: KernelVariant): Promise<Kernel> => {
    try {
      return interpretingKernel(await backend.kernel(interpreter), variant.form!);
    } catch (error) {
      if (error instanceof UserError) return backend.kernel(variant);
      throw error;
    }
  };
  return {
    ...backend,
    async kernel(variant) {
      const interpreter = interpreterOf(variant);
      if (interpreter === undefined) return backend.kernel(variant);
      // A search defines forms by the thousand: nothing of a form is kept for longer than the form.
      const ofForm = getOrInsert(kernels, variant.form!, () => new Map());
      return getOrInsert(ofForm, variantKey(interpreter), () => kernelOf(variant, interpreter));
    },
    async compile(variants) {
      const libraries = variants.map((variant) => interpreterOf(variant) ?? variant);
      await backend.compile?.([...new Map(libraries.map((each) => [variantKey(each), each])).values()]);
    },
  };
}

/** The variant whose kernel interprets the form of another; undefined where that must be compiled. */
export function interpreterOf(variant: KernelVariant): KernelVariant | undefined {
  const { form, parameters, logResidual, robust, resampling, training } = variant;
  if (form === undefined || training || interpretedForm(form) === undefined) return undefined;
  const formSource = `using LawfitForm = Interpreted<${parameters}>;\n`;
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
