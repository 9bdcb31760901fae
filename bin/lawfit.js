#!/usr/bin/env node
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";

// Most code runs for less than a second. V8 compiles it anew on other threads after a few calls, which takes as long as the fits of a
// small sweep; code that is worth it is still compiled, a moment later.
setFlagsFromString("--interrupt-budget=300000");
// Garbage is collected when the heap has grown by two fifths; V8 would let it grow to several times its size.
setFlagsFromString("--heap-growing-percent=40");

// The solver's calls run on libuv's threads, whose number is fixed when the first of them starts.
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, availableParallelism()));

const inDist = (path) => new URL(`../dist/${path}`, import.meta.url);
const changed = (path) => statSync(inDist(path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

// In a clone tsc may have run since the command line was bundled; a package has the bundle alone.
const bundled = changed("bundle/main.cjs");
const isBundled = bundled > changed("build.tsbuildinfo");
const words = process.argv.slice(2);
if (isBundled) {
  const require = createRequire(import.meta.url);
  const [main, code, ...folders] = ["bundle/main.cjs", "bundle/code-cache.cjs", "bundle", "packages"].map(
    (path) => fileURLToPath(inDist(path)),
  );
  // The program's help and version are printed sooner than compiled code is read.
  if (/^[a-z]+$/.test(words[0] ?? "")) require(code).keepCompiledCode(words[0], main, folders);
  await require(main).runCommandLine(words);
} else if (changed("cli/main.js") > 0) {
  const { runCommandLine } = await import(inDist("cli/main.js"));
  await runCommandLine(words);
} else {
  process.stderr.write("lawfit: not built yet; run `npm run build` in the package's folder\n");
  process.exitCode = 1;
}
