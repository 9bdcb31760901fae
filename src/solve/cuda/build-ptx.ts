import { mkdir, readdir, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { getForm, packagedForms, trainedForms } from "../../forms/registry.ts";
import { readChecked, writeChecked } from "../checked-file.ts";
import { inParallel } from "../in-parallel.ts";
import type { KernelVariant } from "../kernel.ts";
import { chooseArchitecture, findNvcc, type PtxCompiler, ptxForOlderDrivers } from "./ptx-compiler.ts";
import { packagedCapability, packagedPtxPath, ptxFolder, ptxOptions } from "./ptx-files.ts";

/**
 * All built-in forms with each kind of residual and each loss, and the training of those that are trained; each on the data and on
 * resamples that change the weights of the points.
 */
function builtInVariants(): { name: string; variant: KernelVariant }[] {
  const resamplings = ["none", "reweighted"] as const;
  const trained = trainedForms.flatMap((name) => {
    const { trainingSource: formSource, parameterNames } = getForm(name);
    const what = { formSource, parameters: parameterNames.length, logResidual: false, robust: false };
    return resamplings.map((resampling) => ({
      name: `${name}, training, resampling: ${resampling}`,
      variant: { ...what, resampling, training: true },
    }));
  });
  const solved = packagedForms().flatMap(({ name, kernelSource: formSource, parameterNames }) => {
    return [true, false].flatMap((logResidual) =>
      [true, false].flatMap((robust) =>
        resamplings.map((resampling) => ({
          name: `${name}, ${logResidual ? "log" : "plain"}, ${robust ? "huber" : "squared"}, resampling: ${resampling}`,
          variant: { formSource, parameters: parameterNames.length, logResidual, robust, resampling },
        })),
      ),
    );
  });
  return [...solved, ...trained];
}

/**
 * Compiles the PTX of all built-in forms into dist/ptx, for machines that have a GPU and no compiler for it. It needs nvcc, and only
 * says so where that is missing. Intact files are kept; outdated ones are removed.
 */
async function buildPtx(): Promise<void> {
  await mkdir(ptxFolder, { recursive: true });
  const present = new Set(await readdir(ptxFolder));
  const variants = builtInVariants();
  const wanted = new Set(variants.map(({ variant }) => basename(packagedPtxPath(variant))));
  for (const name of present) if (!wanted.has(name)) await rm(join(ptxFolder, name));
  const missing: typeof variants = [];
  for (const named of variants) {
    if (!Buffer.isBuffer(await readChecked(packagedPtxPath(named.variant)))) missing.push(named);
  }
  if (missing.length === 0) return;
  const nvcc = await findNvcc();
  if ("reason" in nvcc) return skip(nvcc.reason);
  const choice = chooseArchitecture(nvcc.architectures, packagedCapability);
  if ("reason" in choice) return skip(`${nvcc.description}: ${choice.reason}`);
  const begin = performance.now();
  await compileAll(nvcc, choice.architecture, missing);
  const seconds = Math.round((performance.now() - begin) / 1000);
  console.log(`PTX of ${missing.length} kernels by ${nvcc.description}, ${seconds} s`);
}

function skip(reason: string): void {
  console.log(`no PTX in the package: ${reason}; GPUs then need NVRTC or nvcc where lawfit runs`);
}

async function compileAll(
  nvcc: PtxCompiler,
  architecture: string,
  variants: readonly { name: string; variant: KernelVariant }[],
): Promise<void> {
  await inParallel(Math.min(8, availableParallelism()), variants.length, async (i) => {
    const { name, variant } = variants[i]!;
    try {
      const ptx = await nvcc.compile(variant, ptxOptions(variant, architecture));
      await writeChecked(packagedPtxPath(variant), Buffer.from(ptxForOlderDrivers(ptx)));
    } catch (error) {
      throw new Error(`the PTX of ${name} could not be compiled: ${(error as Error).message}`);
    }
  });
}

await buildPtx();
