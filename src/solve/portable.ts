import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Piscina } from "piscina";
import { UserError } from "../errors.ts";
import { trainedForms } from "../forms/registry.ts";
import type { KernelAnswer } from "./answer.ts";
import { readChecked } from "./checked-file.ts";
import { type Backend, type Kernel, type KernelVariant, startsPerCpuRequest } from "./kernel.ts";
import { KernelShelf } from "./kernel-shelf.ts";
import { packageFolder, portableFolder } from "./paths.ts";
import { portableModulePath } from "./portable-files.ts";
import type { PortableTask } from "./portable-worker.ts";

/** Worker threads run JavaScript: the built file, also when the sources are run in place by the tests. */
const workerFile = join(packageFolder, "dist", "solve", "portable-worker.js");

/**
 * The portable backend: the built-in forms' WebAssembly modules, made by `npm run build`, on worker threads.
 * Resolves to the reason where it cannot work here.
 */
export async function openPortable(threads = availableParallelism()): Promise<Backend | { reason: string }> {
  if (!existsSync(portableFolder) || !existsSync(workerFile)) {
    return { reason: "no WebAssembly kernels; `npm run build` makes them" };
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
    kernelCounts: () => shelf.counts,
    close: () => pool.destroy(),
  };
}

async function loadKernel(pool: Piscina, variant: KernelVariant): Promise<Kernel> {
  const { parameters, training } = variant;
  const path = portableModulePath(variant);
  const bytes = await readChecked(path);
  if (bytes === undefined) {
    const known = training ? `trains ${trainedForms.join(", ")} only` : "knows the built-in forms only";
    throw new UserError(
      `this form has no WebAssembly kernel${training ? " for training" : ""}: the portable backend ${known}; ` +
        "with a C++ compiler ($CXX, g++ or clang++) the native backend compiles any form",
    );
  }
  if (bytes === "damaged") {
    throw new UserError(
      `${path} is damaged (cut short or changed): \`npm run build\` makes it anew, and so does to install lawfit again`,
    );
  }
  const module = await WebAssembly.compile(bytes);
  const run = (task: PortableTask): Promise<unknown> => pool.run(task);
  return {
    solve: (request) => run({ kind: "solve", path, module, parameters, request }) as Promise<KernelAnswer>,
    starts: (request, range) =>
      run({ kind: "starts", path, module, parameters, request, range }) as Promise<Float64Array>,
  };
}
