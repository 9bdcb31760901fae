import { createHash, type Hash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's folder: this file lies two levels below it, in src/ and in dist/ alike. */
export const packageFolder = fileURLToPath(new URL("../../", import.meta.url));

/** The C++ sources of the kernels. */
export const kernelsFolder = join(packageFolder, "kernels");

/** WebAssembly modules that `npm run build` makes, one a built-in form. */
export const portableFolder = join(packageFolder, "dist", "portable");

/**
 * Where compiled kernels are kept: $LAWFIT_CACHE, else the user's cache folder. Where that cannot be used, and for a user without a home
 * folder: a folder of the user's in the system's folder of temporary files.
 */
export function cacheFolders(): string[] {
  const { LAWFIT_CACHE, XDG_CACHE_HOME = "" } = process.env;
  const temporary = join(tmpdir(), `lawfit-${process.getuid?.() ?? "kernels"}`);
  if (LAWFIT_CACHE) return [resolve(LAWFIT_CACHE), temporary];
  // The standard of those folders: a relative one is none.
  const ofUser = isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homeFolder(), ".cache");
  return isAbsolute(ofUser) ? [join(ofUser, "lawfit"), temporary] : [temporary];
}

/** Empty for a user that the system does not know. */
function homeFolder(): string {
  try {
    return homedir();
  } catch {
    return "";
  }
}

/** The kernels' C++ files by their path inside `kernels/`, in a fixed order. */
export function kernelSources(): Map<string, string> {
  const names = readdirSync(kernelsFolder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => /\.(hpp|cpp|cu)$/.test(name))
    .sort();
  return new Map(names.map((name) => [name, readFileSync(join(kernelsFolder, name), "utf8")]));
}

let hashOfSources: Hash | undefined;

/** Hash that names a compiled kernel: of the sources, the form's text, and whatever else it depends on. */
export function kernelHash(formSource: string, ...circumstances: string[]): string {
  if (!hashOfSources) {
    hashOfSources = createHash("sha256");
    for (const [name, text] of kernelSources()) hashOfSources.update(`${name}\0${text}\0`);
  }
  const hash = hashOfSources.copy();
  for (const text of [formSource, ...circumstances]) hash.update(`${text}\0`);
  return hash.digest("hex").slice(0, 32);
}
