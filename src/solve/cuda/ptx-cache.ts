import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../paths.ts";

/** A text of the cache of compiled kernels, or undefined where there is none. */
export async function cachedPtx(hash: string): Promise<string | undefined> {
  return await readFile(join(cacheFolder(), `${hash}.ptx`), "utf8").catch(() => undefined);
}

/**
 * Puts a text into the cache, whole or not at all: written under another name and renamed, so that two processes may do it
 * at once. A cache that cannot be written is no reason to fail: the text is there.
 */
export async function cachePtx(hash: string, ptx: string): Promise<void> {
  try {
    await mkdir(cacheFolder(), { recursive: true });
    await writeWhole(join(cacheFolder(), `${hash}.ptx`), ptx);
  } catch {
    // A read-only home folder, a full disk: compiled anew the next time.
  }
}

/** Writes a file under another name first, then gives it its own. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const made = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  await writeFile(made, text);
  await rename(made, path);
}
