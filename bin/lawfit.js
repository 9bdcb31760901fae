#!/usr/bin/env node
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";

// The solver's calls run on libuv's threads, whose number is fixed when the first of them starts.
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, availableParallelism()));

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) {
  const { runCommandLine } = await import(main.href);
  await runCommandLine(process.argv.slice(2));
} else {
  process.stderr.write("lawfit: not built yet; run `npm run build` in the package's folder\n");
  process.exitCode = 1;
}
