import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../src/solve/paths.ts";

/** Folder of the real data that some tests need: $LAWFIT_SHARED, else beside the project. */
export const sharedFolder = process.env.LAWFIT_SHARED ?? join(packageFolder, "..", "shared");

/** A part of the shared data, or undefined where this machine has none; tests that need it then skip and say so. */
export function sharedData(...path: string[]): string | undefined {
  const folder = join(sharedFolder, "data", ...path);
  return existsSync(folder) ? folder : undefined;
}
