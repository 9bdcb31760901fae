import { readdir } from "node:fs/promises";
import { UserError } from "../../errors.ts";
import { readChecked } from "../checked-file.ts";
import { firstError } from "../compiler.ts";
import type { KernelVariant } from "../kernel.ts";
import type { OnWarning } from "../kernel-cache.ts";
import { kernelHash } from "../paths.ts";
import { findNvrtc } from "./nvrtc.ts";
import { chooseArchitecture, findNvcc, type PtxCompiler, ptxForOlderDrivers } from "./ptx-compiler.ts";
import {
  architectureOf,
  type Capability,
  cachedPtx,
  cachePtx,
  packagedCapability,
  packagedPtxPath,
  ptxFolder,
  ptxOptions,
  rankOf,
} from "./ptx-files.ts";

/** The PTX of a kernel: source that the driver compiles for its device. */
export interface Ptx {
  ptx: string;
  /** Its origin, for people: compiler, version and architecture. */
  how: string;
  /** Whether it was compiled now, and does not come from the cache or the package. */
  isCompiled: boolean;
}

/** The compilers, in the order in which they are tried. */
const compilers: readonly (readonly [
  name: string,
  find: () => PtxCompiler | { reason: string } | Promise<PtxCompiler | { reason: string }>,
])[] = [
  ["NVRTC", findNvrtc],
  ["nvcc", findNvcc],
];

/**
 * The PTX of a variant for devices of a capability: compiled by NVRTC, else by nvcc, and kept in the cache of kernels; else that of
 * the package, which exists for the built-in forms.
 *
 * @param onWarning called with a line for each fault of the cache
 * @throws UserError with the reasons where none of the three works
 */
export async function ptxFor(
  variant: KernelVariant,
  capability: Capability,
  onWarning?: OnWarning,
): Promise<Ptx> {
  const reasons: string[] = [];
  const failures: string[] = [];
  for (const [name, find] of compilers) {
    const compiler = await find();
    const made =
      "reason" in compiler ? compiler : await compileWith(compiler, variant, capability, onWarning);
    // The failure of an installed compiler is reported even where the next one works.
    if ("ptx" in made) return { ...made, how: [made.how, ...failures].join("; ") };
    reasons.push(`${name}: ${made.reason}`);
    if (!("reason" in compiler)) failures.push(made.reason);
  }
  const packaged = await packagedPtx(variant, capability);
  if ("ptx" in packaged) return packaged;
  reasons.push(`PTX of the package: ${packaged.reason}`);
  throw new UserError(`no PTX for ${architectureOf(capability)} (${reasons.join("; ")})`);
}

/** All sources of PTX: whether each works on this machine, and its description or the reason why not. Nothing is compiled. */
export async function describePtxSources(): Promise<{ name: string; available: boolean; detail: string }[]> {
  const rows = [];
  for (const [name, find] of compilers) {
    const compiler = await find();
    rows.push(
      "reason" in compiler
        ? { name, available: false, detail: compiler.reason }
        : { name, available: true, detail: compiler.description },
    );
  }
  const built = (await readdir(ptxFolder).catch(() => [])).length;
  const architecture = architectureOf(packagedCapability);
  rows.push(
    built > 0
      ? {
          name: "package",
          available: true,
          detail: `${built} kernels of built-in forms, ${architecture} and later`,
        }
      : {
          name: "package",
          available: false,
          detail: "no PTX; `npm run build:ptx` compiles it where nvcc is installed",
        },
  );
  return rows;
}

async function compileWith(
  compiler: PtxCompiler,
  variant: KernelVariant,
  capability: Capability,
  onWarning: OnWarning | undefined,
): Promise<Ptx | { reason: string }> {
  const { description, architectures, ownOptions } = compiler;
  const choice = chooseArchitecture(architectures, capability);
  if ("reason" in choice) return { reason: `${description}: ${choice.reason}` };
  const options = ptxOptions(variant, choice.architecture);
  const how = `${description}, ${choice.architecture}`;
  const hash = kernelHash(variant.formSource, "ptx 1", description, ...options, ...ownOptions);
  const cached = await cachedPtx(hash, onWarning);
  if (cached !== undefined) return { ptx: cached, how, isCompiled: false };
  try {
    const ptx = ptxForOlderDrivers(await compiler.compile(variant, options));
    await cachePtx(hash, ptx, onWarning);
    return { ptx, how, isCompiled: true };
  } catch (error) {
    return { reason: `${description} could not compile the kernel: ${firstError((error as Error).message)}` };
  }
}

async function packagedPtx(
  variant: KernelVariant,
  capability: Capability,
): Promise<Ptx | { reason: string }> {
  const architecture = architectureOf(packagedCapability);
  if (rankOf(capability) < rankOf(packagedCapability)) {
    return { reason: `only for ${architecture} and later` };
  }
  const path = packagedPtxPath(variant);
  const ptx = await readChecked(path);
  if (ptx === "damaged")
    return { reason: `${path} is damaged (cut short or changed); \`npm run build:ptx\` compiles it again` };
  if (ptx === undefined) {
    return {
      reason: "none for this form (built-in forms have it after `npm run build:ptx`, which needs nvcc)",
    };
  }
  return { ptx: ptx.toString("utf8"), how: `PTX built with the package, ${architecture}`, isCompiled: false };
}
