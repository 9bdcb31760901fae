import { mkdir } from "node:fs/promises";
import { UserError } from "../errors.ts";

/** What the system says when a disk takes no more, by code. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left on the disk",
  EDQUOT: "the quota of the disk is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission denied",
  EPERM: "permission denied",
};

/**
 * The error of a write, for the user where it is the disk's: what was to be written, and why it was not. Others are
 * given back as they are.
 *
 * @param advice what is kept, and what to do
 */
export function diskError(error: unknown, path: string, advice = ""): unknown {
  const reason = reasonOf(error);
  return reason === undefined ? error : new UserError(`${path}: cannot be written: ${reason}${advice}`);
}

function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof UserError) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && code in reasons) return reasons[code];
  // DuckDB has the system's words, not its code.
  if (/No space left|could not write|ENOSPC/i.test(error.message)) return reasons.ENOSPC;
  if (/Read-only file system/i.test(error.message)) return reasons.EROFS;
  return undefined;
}

/**
 * Makes a folder, and those above it.
 *
 * @returns the first one that was made; undefined where it was there
 * @throws UserError where the disk takes it not
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  return mkdir(path, { recursive: true }).catch(async (error: NodeJS.ErrnoException) => {
    // Of a read-only file system Node says that the folder is missing when it makes those above it too.
    const told = error.code === "ENOENT" ? await mkdir(path).catch((own: unknown) => own) : error;
    throw diskError(told ?? error, path);
  });
}
