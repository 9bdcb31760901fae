import { join } from "node:path";
import { kernelHash } from "./kernel-sources.ts";
import { portableFolder } from "./paths.ts";

/** Flags of the WebAssembly build; part of the modules' names. */
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

/** Path of the WebAssembly module of a form, made by `npm run build` for the built-in ones. */
export function portableModulePath(formSource: string): string {
  return join(portableFolder, `${kernelHash(formSource, "portable", ...portableFlags)}.wasm`);
}
