import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cxx } from "../kernels/toolchains.ts";

/** A compiler of a few lines of shell; $out is the file that it is to write, and "$real" this machine's compiler. */
export function fakeCompiler(folder: string, name: string, body: string): string {
  const path = join(folder, name);
  const script = `#!/bin/sh
if [ "$1" = --version ]; then echo "${name} 1.0"; exit 0; fi
real="${cxx}"
last=""
for word in "$@"; do
  if [ "$last" = -o ]; then out="$word"; fi
  last="$word"
done
${body}
`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

/** Text of a C++ program as a library in $out. */
export function compiles(text: string): string {
  return `"$real" -shared -fPIC -x c++ -o "$out" - <<'END'\n${text}\nEND`;
}

/** Leaves the test of the processor to this machine's compiler. */
export const processorIsReal = 'case "$*" in *processor.cpp*) exec "$real" "$@" ;; esac';
