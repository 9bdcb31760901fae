import { createHash, type Hash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's folder: this file lies two levels below it, in src/ and in dist/ alike. */
export const packageFolder = fileURLToPath(new URL("../../", import.meta.url));

/** The C++ sources of the kernels. */
export const kernelsFolder = join(packageFolder, "kernels");

/** The folder of the WebAssembly modules that `npm run build:portable` makes, one for each built-in form. */
export const portableFolder = join(packageFolder, "dist", "portable");

/**
 * The folders where compiled kernels may be kept, the best first: $LAWFIT_CACHE, else the user's cache folder; then a folder of the
 * user in the system's temporary folder.
 */
export function cacheFolders(): string[] {
  const { LAWFIT_CACHE, XDG_CACHE_HOME = "" } = process.env;
  const temporary = join(tmpdir(), `lawfit-${process.getuid?.() ?? "kernels"}`);
  if (LAWFIT_CACHE) return [resolve(LAWFIT_CACHE), temporary];
  // The XDG standard ignores relative paths.
  const ofUser = isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homeFolder(), ".cache");
  return isAbsolute(ofUser) ? [join(ofUser, "lawfit"), temporary] : [temporary];
}

/** The user's home folder; empty for a user that the system does not know. */
function homeFolder(): string {
  try {
    return homedir();
  } catch {
    return "";
  }
}

/** The C++ sources of the kernels by their path inside `kernels/`, in a fixed order. */
export function kernelSources(): Map<string, string> {
  const names = readdirSync(kernelsFolder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => /\.(hpp|cpp|cu)$/.test(name))
    .sort();
  return new Map(names.map((name) => [name, readFileSync(join(kernelsFolder, name), "utf8")]));
}

let hashOfSources: Hash | undefined;

/** The name of a compiled kernel: a hash of the kernels' sources, the form's source, and everything else that it depends on. */
export function kernelHash(formSource: string, ...circumstances: string[]): string {
  if (!hashOfSources) {
    hashOfSources = createHash("sha256");
    for (const [name, text] of kernelSources()) hashOfSources.update(`${name}\0${text}\0`);
  }
  const hash = hashOfSources.copy();
  for (const text of [formSource, ...circumstances]) hash.update(`${text}\0`);
  return hash.digest("hex").slice(0, 32);
}
