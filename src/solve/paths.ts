import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's folder: this file lies two levels below it, in src/ and in dist/ alike. */
export const packageFolder = fileURLToPath(new URL("../../", import.meta.url));

/** The C++ sources of the kernels. */
export const kernelsFolder = join(packageFolder, "kernels");

/** WebAssembly modules that `npm run build` makes, one a built-in form. */
export const portableFolder = join(packageFolder, "dist", "portable");

/** Where compiled kernels are kept: $LAWFIT_CACHE, else the user's cache folder. */
export function cacheFolder(): string {
  const { LAWFIT_CACHE, XDG_CACHE_HOME } = process.env;
  return LAWFIT_CACHE || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "lawfit");
}
