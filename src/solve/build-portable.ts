import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Piscina } from "piscina";
import { readChecked, writeChecked } from "./checked-file.ts";
import { clangFile, clangFolder } from "./clang-worker.ts";
import { packageFolder, portableFolder } from "./paths.ts";
import { builtInVariants, portableFlagsOf, portableModulePath } from "./portable.ts";

/** A compilation takes about 1 GB. */
const mostThreads = 4;

/**
 * Compiles the WebAssembly modules of all built-in forms and of those that are trained into dist/portable, for machines without a C++
 * compiler and for the package. The compiler is downloaded if it is needed. Intact modules are kept; outdated ones are removed.
 */
async function buildPortable(): Promise<void> {
  // Forms of the same text share a module.
  const wanted = new Map(builtInVariants().map((variant) => [portableModulePath(variant), variant]));
  const present = existsSync(portableFolder) ? await readdir(portableFolder) : [];
  for (const path of present.map((name) => join(portableFolder, name))) if (!wanted.has(path)) await rm(path);
  const missing: ReturnType<typeof builtInVariants> = [];
  for (const [path, variant] of wanted) if (!Buffer.isBuffer(await readChecked(path))) missing.push(variant);
  if (missing.length === 0) return;
  if (!existsSync(clangFile)) downloadClang();
  await mkdir(portableFolder, { recursive: true });
  const threads = Math.min(mostThreads, availableParallelism(), missing.length);
  const filename = join(packageFolder, "dist", "solve", "clang-worker.js");
  const pool = new Piscina({ filename, minThreads: threads, maxThreads: threads });
  const begin = performance.now();
  let done = 0;
  try {
    await Promise.all(
      missing.map(async (variant) => {
        const flags = [...portableFlagsOf(variant), "cpu.cpp"];
        const module = await pool.run({ flags, files: { "form.hpp": variant.formSource } });
        await writeChecked(portableModulePath(variant), module);
        const seconds = Math.round((performance.now() - begin) / 1000);
        const what = `${variant.name}${variant.training ? ", training" : ""}`;
        console.log(`WebAssembly kernel ${++done} of ${missing.length}: ${what}, ${seconds} s`);
      }),
    );
  } finally {
    await pool.destroy();
  }
}

/** Installs the version that the lock file of its folder names. */
function downloadClang(): void {
  console.log("downloading the compiler of WebAssembly kernels (@yowasp/clang, 105 MB unpacked)");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: clangFolder,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exit(status ?? 1);
}

await buildPortable();
