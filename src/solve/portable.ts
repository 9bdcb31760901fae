import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Piscina } from "piscina";
import { UserError } from "../errors.ts";
import type { Form } from "../forms/form.ts";
import { getForm, packagedForms, trainedForms } from "../forms/registry.ts";
import { readChecked } from "./checked-file.ts";
import { interpreterSource, mostInterpreted } from "./interpreted/layout.ts";
import {
  type Backend,
  interpreterMacro,
  type Kernel,
  type KernelAnswer,
  KernelShelf,
  type KernelVariant,
  sizeMacros,
  startsPerCpuRequest,
  trainingMacro,
} from "./kernel.ts";
import { kernelHash, packageFolder, portableFolder } from "./paths.ts";
import type { PortableTask } from "./portable-worker.ts";

/** Flags with which every module is compiled. */
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

/** What a WebAssembly module is compiled for: a form, or the interpreter of forms, under every residual and loss, or a form's training. */
export type PortableVariant = Pick<KernelVariant, "formSource" | "parameters" | "training" | "interpreted">;

/** All flags with which a module is compiled; they are a part of its name. */
export function portableFlagsOf(variant: PortableVariant): string[] {
  const { training, interpreted } = variant;
  return [
    ...portableFlags,
    ...sizeMacros(variant),
    ...(training ? [trainingMacro] : []),
    ...(interpreted ? [interpreterMacro] : []),
  ];
}

/** Path of the WebAssembly module of a variant; `npm run build:portable` makes those of the built-in forms. */
export function portableModulePath(variant: PortableVariant): string {
  const flags = portableFlagsOf(variant);
  return join(portableFolder, `${kernelHash(variant.formSource, "portable", ...flags)}.wasm`);
}

/** The built-in modules: one for each form, one for each that is trained, and the interpreters of forms of so many parameters. */
export function builtInVariants(): (PortableVariant & { name: string })[] {
  const variantOf = ({ name, kernelSource, trainingSource, parameterNames }: Form, training: boolean) => {
    const formSource = training ? trainingSource : kernelSource;
    return { name, formSource, parameters: parameterNames.length, training };
  };
  return [
    ...packagedForms().map((form) => variantOf(form, false)),
    ...trainedForms.map((name) => variantOf(getForm(name), true)),
    ...Array.from({ length: mostInterpreted }, (_, i) => ({
      name: `of ${i + 1} parameter${i === 0 ? "" : "s"}, interpreted`,
      formSource: interpreterSource(i + 1),
      parameters: i + 1,
      interpreted: true,
    })),
  ];
}

/** The compiled file of the worker threads, which run JavaScript even where tests run the TypeScript sources. */
const workerFile = join(packageFolder, "dist", "solve", "portable-worker.js");

/**
 * The portable backend: the WebAssembly modules of the built-in forms, run on worker threads. Resolves to the reason where it cannot
 * work here.
 */
export async function openPortable(threads = availableParallelism()): Promise<Backend | { reason: string }> {
  if (!existsSync(portableFolder) || !existsSync(workerFile)) {
    return { reason: "no WebAssembly kernels; `npm run build:portable` makes them" };
  }
  const pool = new Piscina({ filename: workerFile, maxThreads: threads, minThreads: 0, idleTimeout: 1000 });
  const shelf = new KernelShelf();
  return {
    name: "portable",
    description: `cpu, WebAssembly SIMD (2 lanes), ${threads} thread${threads === 1 ? "" : "s"}`,
    concurrency: threads,
    startsPerRequest: startsPerCpuRequest,
    kernel(variant) {
      return shelf.get(variant.formSource, async () => ({
        kernel: await loadKernel(pool, variant),
        made: "found",
      }));
    },
    isReady: async (variant) => existsSync(portableModulePath(variant)),
    kernelCounts: () => shelf.counts,
    close: () => pool.destroy(),
  };
}

async function loadKernel(pool: Piscina, variant: KernelVariant): Promise<Kernel> {
  const { parameters, training } = variant;
  const path = portableModulePath(variant);
  const bytes = await readChecked(path);
  const missing = bytes === undefined && builtInVariants().find((one) => portableModulePath(one) === path);
  if (missing) {
    throw new UserError(
      `the WebAssembly kernel of form ${missing.name} is missing: \`npm run build:portable\` makes it`,
    );
  }
  if (bytes === undefined) {
    const scope = training
      ? `only trains ${trainedForms.join(", ")}`
      : `only has the built-in forms, and interprets others of up to ${mostInterpreted} parameters`;
    throw new UserError(
      `this form has no WebAssembly kernel${training ? " for training" : ""}: the portable backend ${scope}; ` +
        "with a C++ compiler ($CXX, g++ or clang++) the native backend compiles any form",
    );
  }
  if (bytes === "damaged") {
    throw new UserError(
      `${path} is damaged (cut short or changed): reinstall lawfit, or run \`npm run build:portable\` in its folder`,
    );
  }
  const module = await WebAssembly.compile(bytes);
  const ask = (task: PortableTask): Promise<unknown> => pool.run(task);
  return {
    solve: (request) => ask({ kind: "solve", path, module, parameters, request }) as Promise<KernelAnswer>,
    starts: (request, range) =>
      ask({ kind: "starts", path, module, parameters, request, range }) as Promise<Float64Array>,
  };
}
