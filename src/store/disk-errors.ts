import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "../errors.ts";

/** What the system says when a disk takes no more, or a path leads nowhere, by code. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left on the disk",
  EDQUOT: "the quota of the disk is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EIO: "the disk reports an error",
  ESTALE: "the network file system no longer knows it",
  EEXIST: "something else is in its place",
  EISDIR: "a folder is in its place",
  EBUSY: "it is in use, or a mount point itself",
  EFBIG: "the file is too large for the file system",
  ENOENT: "there is no such folder",
  ENOTDIR: "a part of its path is no folder",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its links lead round in a circle",
  ERR_INVALID_ARG_VALUE: "a path has no character NUL",
};

/** What the system's code says, in words; undefined of one that is not about disks and paths. */
export function reasonFor(code: string | undefined): string | undefined {
  return code !== undefined && Object.hasOwn(reasons, code) ? reasons[code] : undefined;
}

/**
 * The error of a write, for the user where it is the disk's: what was to be written, and why it was not. Others are
 * given back as they are.
 *
 * @param advice what is kept, and what to do
 */
export function diskError(error: unknown, path: string, advice = ""): unknown {
  const reason = reasonOf(error);
  return reason === undefined
    ? error
    : new UserError(`${shownPath(path)}: cannot be written: ${reason}${advice}`);
}

/** A path as messages have it: as it is, but quoted where it would not be seen, or would break the line. */
export function shownPath(path: string): string {
  return path === "" || /\p{Cc}/u.test(path) ? JSON.stringify(path) : path;
}

function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof UserError) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  const known = reasonFor(code);
  if (known !== undefined) return known;
  // DuckDB has the system's words, not its code.
  if (/No space left|could not write|ENOSPC/i.test(error.message)) return reasons.ENOSPC;
  if (/Read-only file system/i.test(error.message)) return reasons.EROFS;
  return undefined;
}

/**
 * Makes a folder, and those above it that are missing. Node's own way of that never ends where a folder is there and takes no
 * others, as in /proc.
 *
 * @returns the first one that was made; undefined where it was there
 * @throws UserError where the disk takes it not
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  if (await isFolder(path)) return undefined;
  const above = dirname(path) === path ? undefined : await makeFolder(dirname(path));
  try {
    await mkdir(path);
    return above ?? path;
  } catch (error) {
    // Another program made it meanwhile.
    if (await isFolder(path)) return above;
    throw diskError(error, path);
  }
}

/** Whether a folder, or a link to one, is at a path. */
export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
