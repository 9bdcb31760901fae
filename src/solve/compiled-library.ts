import { randomBytes } from "node:crypto";
import { access, constants, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import koffi, { type LibraryHandle } from "koffi";
import { UserError } from "../errors.ts";
import { type Compiler, compile } from "./compiler.ts";
import { cacheFolder, kernelsFolder } from "./paths.ts";

/**
 * Stack of an asynchronous call, bytes: a fit of 64 parameters keeps their second derivatives at 16 points, for 8 lanes.
 * koffi's own 128 kB end at some 15 parameters, with a crash.
 */
const stackBytes = 8 << 20;
koffi.config({ ...koffi.config(), async_stack_size: stackBytes });

/** Where a kernel is made from: one of the kernels' files, with others beside the compiler's working folder, by name. */
export type Making = [
  hash: string,
  compiler: Compiler,
  source: string,
  flags: string[],
  files?: Record<string, string>,
];

/**
 * A shared library from the cache, compiled there if it is not yet, and once more if the file there is damaged; and
 * whether it was compiled.
 */
export async function loadCompiled(
  ...making: Making
): Promise<{ library: LibraryHandle; isCompiled: boolean }> {
  const { path, isCompiled } = await compiledLibrary(...making);
  try {
    return { library: load(path), isCompiled };
  } catch {
    await rm(path, { force: true });
    return { library: load((await compiledLibrary(...making)).path), isCompiled: true };
  }
}

/** Libraries by path. koffi unloads one whose handle is collected, so they are kept for the life of the process. */
const loaded = new Map<string, LibraryHandle>();

function load(path: string): LibraryHandle {
  const library = loaded.get(path) ?? koffi.load(path);
  loaded.set(path, library);
  return library;
}

/**
 * Path of a shared library in the cache, compiled there if it is not yet, and whether it was. Whole or not at all: it is made under
 * another name and renamed, so that two processes may make it at once.
 */
export async function compiledLibrary(
  ...[hash, compiler, source, flags, files = {}]: Making
): Promise<{ path: string; isCompiled: boolean }> {
  const folder = cacheFolder();
  const path = join(folder, `${hash}.${process.platform === "win32" ? "dll" : "so"}`);
  if (
    await access(path).then(
      () => true,
      () => false,
    )
  )
    return { path, isCompiled: false };
  await makeWritable(folder);
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
  return { path, isCompiled: true };
}

async function makeWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      `compiled kernels cannot be kept in ${folder} (${code}); set LAWFIT_CACHE to a folder that can be written`,
    );
  }
}
