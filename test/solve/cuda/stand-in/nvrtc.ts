import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const source = join(dirname(fileURLToPath(import.meta.url)), "libnvrtc.cpp");

/** Builds the stand-in for libnvrtc in a folder, with its built-ins beside it, under the names that a toolkit has. */
export function buildNvrtc(compiler: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const library = join(folder, "libnvrtc.so.12");
  execFileSync(compiler, ["-std=c++17", "-O1", "-shared", "-fPIC", "-o", library, source, "-ldl"]);
  const empty = join(folder, "empty.cpp");
  writeFileSync(empty, "");
  const name = "libnvrtc-builtins.so.99.0";
  execFileSync(compiler, ["-shared", "-fPIC", `-Wl,-soname,${name}`, "-o", join(folder, name), empty]);
  return library;
}
