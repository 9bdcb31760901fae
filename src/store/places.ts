import type { Stats } from "node:fs";
import { access, constants, lstat, readFile, readlink, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { diskError, reasonFor, shownPath } from "./disk-errors.ts";

/** What is at a path, in words. */
export function kindOf(found: Stats): string {
  if (found.isSymbolicLink()) return "a link";
  if (found.isDirectory()) return "a folder";
  if (found.isFIFO()) return "a FIFO";
  if (found.isSocket()) return "a socket";
  return found.isFile() ? "a file" : "a device";
}

/**
 * Demands a folder that can be written to, or a place where one can be made. Nothing is made yet.
 *
 * @throws UserError saying what is there instead, or why it cannot be
 */
export async function demandFolderPlace(path: string): Promise<void> {
  const found = await statOf(path);
  if (found !== undefined && !found.isDirectory()) {
    throw new UserError(`${shownPath(path)}: is ${kindOf(found)}; allowed: a folder, there or new`);
  }
  // Of what is missing the nearest folder above has to take it.
  let above = resolve(path);
  while ((await statOf(above)) === undefined) above = dirname(above);
  await demandAccess(above, path);
}

/**
 * Demands a place where a file can be written: nothing there yet, or a file, in a folder that can be written to.
 *
 * @throws UserError as `demandFolderPlace` does
 */
export async function demandFilePlace(path: string): Promise<void> {
  const shown = shownPath(path);
  const found = await statOf(path);
  if (found?.isDirectory()) throw new UserError(`${shown}: cannot be written: it is a folder`);
  if (found !== undefined && !found.isFile()) {
    throw new UserError(`${shown}: cannot be written: it is ${kindOf(found)}; allowed: a file, there or new`);
  }
  const folder = dirname(path);
  if (!(await statOf(folder))?.isDirectory()) {
    throw new UserError(`${shown}: cannot be written: there is no folder ${shownPath(folder)}`);
  }
  await demandAccess(folder, path);
}

/** What a path leads to; undefined where nothing is there. A link to nothing is an error: writing would end elsewhere. */
async function statOf(path: string): Promise<Stats | undefined> {
  if (path === "") throw new UserError('"": allowed: a path that is not empty');
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw diskError(error, path);
  }
  const link = await readlink(path).catch(() => undefined);
  if (link === undefined) return undefined;
  throw new UserError(`${shownPath(path)}: is a link to ${shownPath(link)}, which is not there`);
}

async function demandAccess(folder: string, path: string): Promise<void> {
  await access(folder, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw diskError(error, path);
  });
}

/**
 * Demands a file that can be read again and again: what a FIFO, a socket or a device holds can be read once, or has no end.
 *
 * @throws UserError saying what is there instead
 */
export async function demandFile(path: string): Promise<Stats> {
  const found = await stat(path).catch((error: unknown) => {
    throw readError(error, path);
  });
  if (found.isFile()) return found;
  throw new UserError(`${shownPath(path)}: is ${kindOf(found)}; allowed: a file`);
}

/**
 * The bytes of a file that people write.
 *
 * @param most bytes that it may have
 * @throws UserError where there is none, or it is no file or longer
 */
export async function readBytes(path: string, most: number): Promise<Buffer> {
  return bytesOf(path, await demandFile(path), most);
}

/**
 * The bytes of a file of a job directory; undefined where it is missing. Job directories come from elsewhere: a link in one
 * might lead anywhere, so it is refused.
 *
 * @throws UserError where it is no file or longer than `most` bytes
 */
export async function readOwnBytes(path: string, most: number): Promise<Buffer | undefined> {
  const found = await ownFile(path);
  return found && bytesOf(path, found, most);
}

/** Demands that what is at a path of a job directory is a file and no link; undefined where nothing is. @throws UserError */
export function ownFile(path: string): Promise<Stats | undefined> {
  return own(path, "a file", (found) => found.isFile());
}

/** Demands that what is at a path of a job directory is a folder and no link; undefined where nothing is. @throws UserError */
export function ownFolder(path: string): Promise<Stats | undefined> {
  return own(path, "a folder", (found) => found.isDirectory());
}

async function own(path: string, wanted: string, is: (found: Stats) => boolean): Promise<Stats | undefined> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw readError(error, path);
  });
  if (found === undefined || is(found)) return found;
  throw new UserError(
    `${shownPath(path)}: is ${kindOf(found)}; allowed: ${wanted}, as lawfit writes them in a run directory`,
  );
}

async function bytesOf(path: string, { size }: Stats, most: number): Promise<Buffer> {
  if (size > most) {
    throw new UserError(`${shownPath(path)}: has ${size} bytes; allowed: at most ${most}`);
  }
  // Files of /proc tell no size, and some of them wait for what is to come.
  if (size === 0) return Buffer.alloc(0);
  return readFile(path).catch((error: unknown) => {
    throw readError(error, path);
  });
}

function readError(error: unknown, path: string): UserError {
  const { code } = error as NodeJS.ErrnoException;
  const reason = code === "ENOENT" ? "no such file" : `cannot be read: ${reasonFor(code) ?? code}`;
  return new UserError(`${shownPath(path)}: ${reason}`);
}
