import { join } from "node:path";
import { type KernelVariant, sizeMacros, trainingMacro } from "./kernel.ts";
import { kernelHash } from "./kernel-sources.ts";
import { portableFolder } from "./paths.ts";

/** Flags of every module's build. */
export const portableFlags = [
  "--target=wasm32",
  "-nostdlib",
  "-O3",
  "-std=c++17",
  "-msimd128",
  "-mbulk-memory",
  "-fno-exceptions",
  "-fno-rtti",
  "-ffp-contract=off",
  "-fno-math-errno",
  "-DLF_WASM",
  '-DLAWFIT_FORM="form.hpp"',
  "-Wl,--no-entry",
  "-Wl,--export=__heap_base",
  "-Wl,--export=lawfit_solve",
  "-Wl,--export=lawfit_starts",
  "-Wl,-z,stack-size=262144",
];

/** What a WebAssembly module is made for: a form, under every residual and loss, or its training. */
export type PortableVariant = Pick<KernelVariant, "formSource" | "parameters" | "training">;

/** Flags of a module's build; part of its name. */
export function portableFlagsOf(variant: PortableVariant): string[] {
  return [...portableFlags, ...sizeMacros(variant), ...(variant.training ? [trainingMacro] : [])];
}

/** Path of a WebAssembly module, made by `npm run build` for the built-in forms. */
export function portableModulePath(variant: PortableVariant): string {
  const flags = portableFlagsOf(variant);
  return join(portableFolder, `${kernelHash(variant.formSource, "portable", ...flags)}.wasm`);
}
