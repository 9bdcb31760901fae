import type { Stats } from "node:fs";
import { access, constants, lstat, readFile, readlink, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { diskError, reasonFor, shownPath } from "./disk-errors.ts";

/** What a path leads to, in words. */
function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return "a link";
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a FIFO";
  if (stats.isSocket()) return "a socket";
  return stats.isFile() ? "a file" : "a device";
}

/**
 * Checks that a path is a folder that can be written to, or that one can be created there. Nothing is created yet.
 *
 * @throws UserError that says what the path leads to instead, or why no folder can be created
 */
export async function demandFolderPlace(path: string): Promise<void> {
  const stats = await statOf(path);
  if (stats !== undefined && !stats.isDirectory()) {
    throw new UserError(`${shownPath(path)}: is ${kindOf(stats)}; allowed: a folder, existing or new`);
  }
  // Missing folders are created in the nearest one above that exists.
  let above = resolve(path);
  while ((await statOf(above)) === undefined) above = dirname(above);
  await demandAccess(above, path);
}

/**
 * Checks that a file can be written at a path: it is a file or nothing, in an existing folder that can be written to.
 *
 * @throws UserError that says what the path leads to instead, or what is wrong with its folder
 */
export async function demandFilePlace(path: string): Promise<void> {
  const shown = shownPath(path);
  const stats = await statOf(path);
  if (stats?.isDirectory()) throw new UserError(`${shown}: cannot be written: it is a folder`);
  if (stats !== undefined && !stats.isFile()) {
    throw new UserError(
      `${shown}: cannot be written: it is ${kindOf(stats)}; allowed: a file, existing or new`,
    );
  }
  const folder = dirname(path);
  if (!(await statOf(folder))?.isDirectory()) {
    throw new UserError(`${shown}: cannot be written: there is no folder ${shownPath(folder)}`);
  }
  await demandAccess(folder, path);
}

/** The state of what a path leads to; undefined where nothing is there. A link to nothing is an error: writing would end elsewhere. */
async function statOf(path: string): Promise<Stats | undefined> {
  if (path === "") throw new UserError('"": the path is empty');
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw diskError(error, path);
  }
  const link = await readlink(path).catch(() => undefined);
  if (link === undefined) return undefined;
  throw new UserError(`${shownPath(path)}: is a link to ${shownPath(link)}, which does not exist`);
}

async function demandAccess(folder: string, path: string): Promise<void> {
  await access(folder, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw diskError(error, path);
  });
}

/**
 * Checks that a path leads to a file, which can be read more than once, unlike a FIFO, a socket or a device.
 *
 * @throws UserError that says what the path leads to instead, or why it cannot be read
 */
export async function demandFile(path: string): Promise<Stats> {
  const stats = await stat(path).catch((error: unknown) => {
    throw readError(error, path);
  });
  if (stats.isFile()) return stats;
  throw new UserError(`${shownPath(path)}: is ${kindOf(stats)}; allowed: a file`);
}

/**
 * The bytes of a file that the user names.
 *
 * @param most largest length that is allowed, bytes
 * @throws UserError where the file does not exist, is something else or is longer
 */
export async function readBytes(path: string, most: number): Promise<Buffer> {
  return bytesOf(path, await demandFile(path), most);
}

/**
 * The bytes of a file of a job's folder; undefined where it is missing. Such folders may come from other people, and a link in
 * one might lead anywhere, so links are refused.
 *
 * @param most largest length that is allowed, bytes
 * @throws UserError where the path leads to something else, or the file is longer
 */
export async function readOwnBytes(path: string, most: number): Promise<Buffer | undefined> {
  const stats = await ownFile(path);
  return stats && bytesOf(path, stats, most);
}

/** Checks that a path in a job's folder is a file and not a link; undefined where nothing is there. @throws UserError */
export function ownFile(path: string): Promise<Stats | undefined> {
  return expectKind(path, "a file", (stats) => stats.isFile());
}

/** Checks that a path in a job's folder is a folder and not a link; undefined where nothing is there. @throws UserError */
export function ownFolder(path: string): Promise<Stats | undefined> {
  return expectKind(path, "a folder", (stats) => stats.isDirectory());
}

async function expectKind(
  path: string,
  wanted: string,
  isWanted: (stats: Stats) => boolean,
): Promise<Stats | undefined> {
  const stats = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw readError(error, path);
  });
  if (stats === undefined || isWanted(stats)) return stats;
  throw new UserError(
    `${shownPath(path)}: is ${kindOf(stats)}; allowed: ${wanted}, as lawfit writes them in a run directory`,
  );
}

async function bytesOf(path: string, { size }: Stats, most: number): Promise<Buffer> {
  if (size > most) {
    throw new UserError(`${shownPath(path)}: has ${size} bytes; allowed: at most ${most}`);
  }
  // Files of /proc have the size 0, and reading some of them does not end.
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
