import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { diskError } from "./disk-errors.ts";
import { demandFilePlace } from "./places.ts";

/** A random name for a file or folder that is being written, short enough for every file system. */
export function temporaryName(): string {
  return `.${randomBytes(6).toString("hex")}.tmp`;
}

/** Whether a name was made by `temporaryName`. */
export function isTemporaryName(name: string): boolean {
  return /^\.[0-9a-f]{12}\.tmp$/.test(name);
}

/**
 * Writes a file whole or not at all: `write` fills a temporary file in the same folder, which is flushed to disk and then
 * renamed to `path`. After an error nothing is left behind, and a file that was at `path` is unchanged.
 *
 * @param advice appended to the message of a disk error: what is kept, and what to do
 * @throws UserError where the folder does not exist, `path` is something other than a file, or the disk refuses the write
 */
export async function writeAtomically(
  path: string,
  write: (temporary: string) => Promise<void>,
  advice = "",
): Promise<void> {
  await demandFilePlace(path);
  const folder = dirname(path);
  const temporary = join(folder, temporaryName());
  try {
    await write(temporary);
    await flushFile(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw diskError(error, path, advice);
  }
  await flushFolder(folder);
}

/** Flushes a file to disk, so that its content survives a power failure. */
export async function flushFile(path: string): Promise<void> {
  await flush(path, "r+");
}

/** Flushes a folder to disk, so that new names in it survive a power failure. Systems that cannot do so are ignored. */
export async function flushFolder(folder: string): Promise<void> {
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
