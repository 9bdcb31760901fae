import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { diskError } from "./disk-errors.ts";
import { demandFilePlace } from "./places.ts";

/** A name for a file or folder that is being made; nobody else's, and as short as names of files must be. */
export function temporaryName(): string {
  return `.${randomBytes(6).toString("hex")}.tmp`;
}

/** Whether a name is one of `temporaryName`. */
export function isTemporaryName(name: string): boolean {
  return /^\.[0-9a-f]{12}\.tmp$/.test(name);
}

/**
 * Writes a file whole or not at all: `write` fills a temporary file in the same folder, which is flushed to
 * the disk and then takes the place of `path` in one step. After an error nothing is left behind, and a
 * file that was at `path` is as it was.
 *
 * @param advice for the message of a disk that takes no more: what is kept, and what to do
 * @throws UserError where the folder does not exist, `path` is anything but a file, or the disk takes no more
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

/** Flushes a file: a power cut after it takes nothing away. */
export async function flushFile(path: string): Promise<void> {
  await flush(path, "r+");
}

/** Flushes a folder: new names in it are on the disk only then. Some systems cannot. */
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
