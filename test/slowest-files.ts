import { readdirSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import { compiledKernels } from "./global-setup.ts";

/** Number of files that are listed. */
const listed = 10;

/**
 * Lists the files that took longest, with their imports, after a run of more files than are listed; and what the whole run took: the
 * time of all workers together, and the kernels that were compiled, so that a reviewer sees where either grows.
 */
export default class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length <= listed) return;
    const timed = modules.map((module) => {
      const { prepareDuration, setupDuration, collectDuration, duration } = module.diagnostic();
      return { module, seconds: (prepareDuration + setupDuration + collectDuration + duration) / 1000 };
    });
    timed.sort((a, b) => b.seconds - a.seconds);
    console.log(`\nThe ${listed} slowest of ${modules.length} files, in seconds:`);
    for (const { module, seconds } of timed.slice(0, listed)) {
      console.log(
        `${seconds.toFixed(1).padStart(7)}  ${relative(module.project.config.root, module.moduleId)}`,
      );
    }
    const seconds = timed.reduce((sum, one) => sum + one.seconds, 0);
    const folder = process.env[compiledKernels];
    const kernels = folder === undefined ? "" : `, ${readdirSync(folder).length} kernels compiled`;
    console.log(`All files: ${seconds.toFixed(0)} s of workers${kernels}`);
  }
}
