import { randomBytes } from "node:crypto";
import { access, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Compiler, compile } from "./compiler.ts";
import { cacheFolder, kernelsFolder } from "./paths.ts";

/**
 * Path of a shared library in the cache, compiled there if it is not yet. Whole or not at all: it is made under
 * another name and renamed, so that two processes may make it at once.
 *
 * `files`: texts written beside the compiler's working folder, by name; `source`: the file to compile.
 */
export async function compiledLibrary(
  hash: string,
  compiler: Compiler,
  source: string,
  flags: string[],
  files: Record<string, string> = {},
): Promise<string> {
  const folder = cacheFolder();
  const path = join(folder, `${hash}.${process.platform === "win32" ? "dll" : "so"}`);
  if (
    await access(path).then(
      () => true,
      () => false,
    )
  )
    return path;
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(tmpdir(), "lawfit-kernel-"));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(work, name), text);
    const made = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
    await compile(
      compiler,
      [
        ...flags,
        `-I${work}`,
        `-I${kernelsFolder}`,
        "-shared",
        "-fPIC",
        "-o",
        made,
        join(kernelsFolder, source),
      ],
      work,
    );
    await rename(made, path);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return path;
}
