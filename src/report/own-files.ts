import { createHash } from "node:crypto";
import { readFile, realpath, stat } from "node:fs/promises";
import { UserError } from "../errors.ts";
import { readJobState } from "../run/job-state.ts";

/** The job that a report belongs to. A job keeps its identity when its directory is moved or copied. */
export interface ReportOwner {
  directory: string;
  /** Hash of the directory's real path, 16 hexadecimal digits. */
  place: string;
  /** Hash of the time at which the job began; equal to `place` where the time is unknown. */
  begun: string;
}

/** More bytes than any report has. */
const MOST_BYTES = 64e6;

/** The bytes with which a PNG file begins. */
const PNG = "\x89PNG\r\n";

const MARK = /lawfit report ([0-9a-f]{16}) ([0-9a-f]{16})/;
/** The signature must be at the very end: lawfit did not write what follows it. */
const SIGNATURE = /<!-- lawfit report [0-9a-f]{16} [0-9a-f]{16} ([0-9a-f]{64}) -->\s*$/;

/** The marks by which the reports of a job directory are recognised. */
export async function reportOwner(directory: string): Promise<ReportOwner> {
  const place = hash(await realpath(directory).catch(() => directory)).slice(0, 16);
  const begun = (await readJobState(directory))?.begun;
  return { directory, place, begun: begun === undefined ? place : hash(begun).slice(0, 16) };
}

/** The mark in a file that names the job whose report it is. */
export function reportMark({ place, begun }: ReportOwner): string {
  return `lawfit report ${place} ${begun}`;
}

/** A page, Markdown or SVG text that ends in a comment with the job's mark and a hash of the text, which reveals later changes. */
export function signed(text: string, owner: ReportOwner): string {
  return `${text}<!-- ${reportMark(owner)} ${hash(text)} -->\n`;
}

/**
 * Demands that writing a report's file destroys nothing: there is no such file, or it is an unchanged report that lawfit wrote
 * of the same job.
 *
 * @throws UserError where the file belongs to something else or was changed
 */
export async function demandOwn(path: string, owner: ReportOwner): Promise<void> {
  const stats = await stat(path).catch(() => undefined);
  // A directory or a device cannot be replaced; the writer reports that.
  if (!stats?.isFile()) return;
  const bytes = stats.size > MOST_BYTES ? Buffer.alloc(0) : await readFile(path);
  const text = bytes.toString("latin1");
  const signature = SIGNATURE.exec(text);
  const [, place, begun] = MARK.exec(signature?.[0] ?? text) ?? [];
  const advice = "give another --out, or --force to replace it";
  if (place !== owner.place && begun !== owner.begun) {
    throw new UserError(
      `${path}: already exists and is not a report that lawfit wrote of ${owner.directory}; ${advice}`,
    );
  }
  // A PNG file has the mark in its metadata and no signature.
  if (text.startsWith(PNG)) return;
  if (signature === null || hash(bytes.subarray(0, signature.index)) !== signature[1]) {
    throw new UserError(`${path}: was changed since lawfit wrote it; ${advice}`);
  }
}

function hash(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
