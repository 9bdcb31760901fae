import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cxx } from "../kernels/toolchains.ts";

/**
 * A compiler of a few lines of shell; $out is the file that it is to write, and "$real" this machine's compiler. Of a kernel in parts it
 * writes nothing but what it was asked, and compiles it whole where the parts are to be linked.
 */
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
case "$*" in
*-DLF_PART=*) printf '%s\\n' "$@" > "$out"; exit 0 ;;
*part1.o*)
  set --
  while read -r word; do
    case "$word" in -c | -DLF_PART=1) ;; *part1.o) set -- "$@" "$out" ;; *) set -- "$@" "$word" ;; esac
  done < part1.o
  set -- -shared "$@" ;;
esac
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
