import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "../errors.ts";

/** Why a path cannot be written or read, by the code of the system's error. */
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
  ENOTDIR: "a part of its path is not a folder",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its links form a circle",
  ERR_INVALID_ARG_VALUE: "a path cannot contain the character NUL",
};

/** The reason behind a code of the system, in words; undefined where the code is not about disks and paths. */
export function reasonFor(code: string | undefined): string | undefined {
  return code !== undefined && Object.hasOwn(reasons, code) ? reasons[code] : undefined;
}

/**
 * A UserError that names the path and the reason, where an error of a write comes from the disk; any other error is returned
 * as it is.
 *
 * @param advice appended to the message: what is kept, and what to do
 */
export function diskError(error: unknown, path: string, advice = ""): unknown {
  const reason = reasonOf(error);
  return reason === undefined
    ? error
    : new UserError(`${shownPath(path)}: cannot be written: ${reason}${advice}`);
}

/** A path for messages: quoted where it is empty or has control characters, otherwise unchanged. */
export function shownPath(path: string): string {
  return path === "" || /\p{Cc}/u.test(path) ? JSON.stringify(path) : path;
}

function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof UserError) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  const reason = reasonFor(code);
  if (reason !== undefined) return reason;
  // DuckDB's errors have the system's words, but not its code.
  if (/No space left|could not write|ENOSPC/i.test(error.message)) return reasons.ENOSPC;
  if (/Read-only file system/i.test(error.message)) return reasons.EROFS;
  return undefined;
}

/**
 * Creates a folder, and the folders above it that are missing. Node's recursive `mkdir` does not return where an existing
 * folder takes no others, as in /proc.
 *
 * @returns the topmost folder that was created; undefined where the folder existed
 * @throws UserError where it cannot be created
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  if (await isFolder(path)) return undefined;
  const above = dirname(path) === path ? undefined : await makeFolder(dirname(path));
  try {
    await mkdir(path);
    return above ?? path;
  } catch (error) {
    // Another program created it meanwhile.
    if (await isFolder(path)) return above;
    throw diskError(error, path);
  }
}

/** Whether a path leads to a folder, by a link or not. */
export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
