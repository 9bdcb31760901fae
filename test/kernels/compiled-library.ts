import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Making } from "../../src/solve/compiled-library.ts";
import { compile } from "../../src/solve/compiler.ts";
import { cachedFiles, putIntoCache } from "../../src/solve/kernel-cache.ts";
import { kernelsFolder } from "../../src/solve/paths.ts";

/** Path of a shared library in the cache, which is compiled if it is missing, and whether it was compiled now. */
export async function compiledLibrary(
  ...[hash, compiler, source, flags, files = {}]: Making
): Promise<{ path: string; isCompiled: boolean }> {
  const name = `${hash}.so`;
  const [cached] = await cachedFiles(name);
  if (cached) return { path: cached.path, isCompiled: false };
  const work = await mkdtemp(join(tmpdir(), "lawfit-test-"));
  try {
    for (const [file, text] of Object.entries(files)) await writeFile(join(work, file), text);
    const made = join(work, "library");
    const words = [...flags, `-I${work}`, `-I${kernelsFolder}`, "-shared", "-fPIC", "-o", made];
    await compile(compiler, [...words, join(kernelsFolder, source)], work);
    return { path: await putIntoCache(name, await readFile(made), (path) => path), isCompiled: true };
  } finally {
    await rm(work, { recursive: true });
  }
}
