import { createHash, type Hash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { kernelsFolder } from "./paths.ts";

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
