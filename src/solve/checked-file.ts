import { createHash } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { open, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { writeAtomically } from "../store/atomic.ts";

/**
 * A digest follows the content of a file, as a line that shared libraries ignore and PTX reads as a comment. It is in the file
 * itself because two files cannot be renamed in one step: of two processes whose compilers give different bytes, one could leave
 * its digest beside the other's content.
 */
const mark = "\n// lawfit sha256 ";
const digestLength = 64;
const endLength = mark.length + digestLength + 1;

/**
 * Writes a file with its digest, whole or not at all: it is flushed to disk, then renamed.
 *
 * @param attempt tries the file under its temporary name; where it throws, the file never gets its final name
 * @throws UserError where the folder does not exist, the path is a folder, or the disk refuses the write
 */
export async function writeChecked(
  path: string,
  content: Uint8Array,
  attempt: (temporary: string) => Promise<void> = async () => {},
): Promise<void> {
  await writeAtomically(path, async (temporary) => {
    await writeFile(temporary, withDigest(path, content), { mode: 0o644, flag: "wx" });
    await attempt(temporary);
  });
}

/**
 * The content of a file that `writeChecked` wrote.
 *
 * @param isTrusted decides from the file's owner and permissions, before it is read, whether it counts as damaged
 * @returns undefined where there is no such file
 */
export async function readChecked(
  path: string,
  isTrusted: (stats: Stats) => boolean = () => true,
): Promise<Buffer<ArrayBuffer> | "damaged" | undefined> {
  // A pipe in a file's place is no reason to wait.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  const handle = await open(path, flags).catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || !isTrusted(stats)) return "damaged";
    return contentOf(path, await handle.readFile()) ?? "damaged";
  } catch {
    // A disk that cannot read it any more.
    return "damaged";
  } finally {
    await handle.close();
  }
}

/** A content with the digest that it has in the file of this path. */
export function withDigest(path: string, content: Uint8Array): Buffer {
  return Buffer.concat([content, Buffer.from(`${mark}${digestOf(path, content)}\n`)]);
}

/** The content of such bytes; undefined where the digest is of another content, or of a file of another name. */
export function contentOf(path: string, bytes: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> | undefined {
  const content = bytes.subarray(0, Math.max(0, bytes.length - endLength));
  const end = bytes.subarray(content.length).toString("latin1");
  return end === `${mark}${digestOf(path, content)}\n` ? content : undefined;
}

/**
 * Whether only this user and root can have written a file, because files of the cache are executed. The digest is no protection:
 * whoever can write the file can compute it.
 */
export function isSafe(stats: Stats): boolean {
  return process.getuid === undefined || (!isTheirs(stats) && (stats.mode & 0o022) === 0);
}

/** Whether a file is neither of this user nor of root. */
export function isTheirs({ uid }: Stats): boolean {
  return uid !== process.getuid?.() && uid !== 0;
}

/** Of the name too: a file that stands under another's name is as wrong as one that was cut. */
function digestOf(path: string, content: Uint8Array): string {
  return createHash("sha256")
    .update(`${basename(path)}\0`)
    .update(content)
    .digest("hex");
}
