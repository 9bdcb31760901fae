import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findCompiler } from "../src/solve/compiler.ts";
import { wholeCrosses } from "./whole-crosses.ts";

/** Name of the variable with the folder of the kernels that this run has compiled. */
export const compiledKernels = "LAWFIT_COMPILED_KERNELS";

/**
 * Makes $CXX a compiler that makes kernels quickly, and each of them once a run (compiler.sh). `npm run test:all` has the
 * machine's own, with the options that users have.
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
  return () => rmSync(folder, { recursive: true });
}
