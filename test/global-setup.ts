import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { getForm } from "../src/forms/registry.ts";
import { findCompiler } from "../src/solve/compiler.ts";
import { interpreterOf } from "../src/solve/interpreted/backend.ts";
import { wholeCrosses } from "./whole-crosses.ts";

/** Name of the variable with the folder of the kernels that this run has compiled. */
export const compiledKernels = "LAWFIT_COMPILED_KERNELS";

/** The interpreters of forms of 2 and of 3 parameters, by plain residuals and squares, which tests of the solver have too. */
const interpreters = ["linear", "linear-2"].map((name) => {
  const form = getForm(name);
  const { kernelSource: formSource, parameterNames } = form;
  const squares = { logResidual: false, robust: false, resampling: "none" } as const;
  return interpreterOf({ form, formSource, parameters: parameterNames.length, ...squares })!;
});

/**
 * Makes $CXX a compiler that makes kernels quickly, and each of them once a run (compiler.sh), and has it make interpreters, by which
 * commands then fit the many small laws that tests write. `npm run test:all` has the machine's own, with the options that users have,
 * and compiles each law.
 */
export default async function setUp(): Promise<(() => void) | undefined> {
  // Each project of the configuration calls this.
  if (process.env[compiledKernels] !== undefined) return;
  const compiler = await findCompiler();
  if (wholeCrosses || "reason" in compiler || process.platform === "win32") return;
  const folder = mkdtempSync(join(tmpdir(), "lawfit-test-kernels-"));
  process.env[compiledKernels] = folder;
  process.env.LAWFIT_REAL_COMPILER = compiler.command;
  process.env.CXX = fileURLToPath(new URL("compiler.sh", import.meta.url));
  // Loaded here, as it loads once a process and this file does for each project.
  const { openNative } = await import("../src/solve/native.ts");
  const backend = await openNative();
  if (!("reason" in backend)) {
    await backend.compile?.(interpreters);
    await backend.close();
  }
  return () => rmSync(folder, { recursive: true });
}
