import { randomBytes } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UserError } from "../errors.ts";

/**
 * Writes a file whole or not at all: `write` fills a temporary file in the same folder, which is flushed to
 * the disk and then takes the place of `path` in one step. After an error nothing is left behind, and a
 * file that was at `path` is as it was.
 *
 * @throws UserError where the folder does not exist or `path` is a folder
 */
export async function writeAtomically(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(path);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new UserError(`${path}: cannot be written: there is no folder ${folder}`);
  }
  if ((await stat(path).catch(() => undefined))?.isDirectory()) {
    throw new UserError(`${path}: cannot be written: it is a folder`);
  }
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await write(temporary);
    await flush(temporary, "r+");
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  // The new name itself is on the disk only when the folder is; some systems cannot flush a folder.
  await flush(folder, "r").catch(() => undefined);
}

async function flush(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
