import { createHash } from "node:crypto";
import { readFile, realpath, stat } from "node:fs/promises";
import { UserError } from "../errors.ts";
import { readJobState } from "../run/job-state.ts";

/** Whose reports are whose: a job is the same where its directory is, and where it was moved or copied to. */
export interface ReportOwner {
  directory: string;
  /** Hash of the directory's real path. */
  place: string;
  /** Hash of when the job was begun; of its place where that is not known. */
  begun: string;
}

/** No report is as long. */
const MOST_BYTES = 64e6;

/** What such a picture begins with. */
const PNG = "\x89PNG\r\n";

const MARK = /lawfit report ([0-9a-f]{16}) ([0-9a-f]{16})/;
/** At the very end: what stands after it, lawfit did not write. */
const SIGNATURE = /<!-- lawfit report [0-9a-f]{16} [0-9a-f]{16} ([0-9a-f]{64}) -->\s*$/;

/** What tells the reports of a job directory from others. */
export async function reportOwner(directory: string): Promise<ReportOwner> {
  const place = hash(await realpath(directory).catch(() => directory)).slice(0, 16);
  const begun = (await readJobState(directory))?.begun;
  return { directory, place, begun: begun === undefined ? place : hash(begun).slice(0, 16) };
}

/** What says in a file who wrote it. */
export function reportMark({ place, begun }: ReportOwner): string {
  return `lawfit report ${place} ${begun}`;
}

/** A page, Markdown or SVG with a comment at its end that says who wrote it, and what: a change by hand is noticed. */
export function signed(text: string, owner: ReportOwner): string {
  return `${text}<!-- ${reportMark(owner)} ${hash(text)} -->\n`;
}

/**
 * Demands that nothing is lost by writing a file of a report: none is there, or one that lawfit wrote of the same job and
 * nobody changed.
 *
 * @throws UserError
 */
export async function demandOwn(path: string, owner: ReportOwner): Promise<void> {
  const stats = await stat(path).catch(() => undefined);
  // What is no file cannot be replaced at all: the writer says so.
  if (!stats?.isFile()) return;
  const bytes = stats.size > MOST_BYTES ? Buffer.alloc(0) : await readFile(path);
  const text = bytes.toString("latin1");
  const signature = SIGNATURE.exec(text);
  const [, place, begun] = MARK.exec(signature?.[0] ?? text) ?? [];
  const advice = "give another --out, or --force to replace it";
  if (place !== owner.place && begun !== owner.begun) {
    throw new UserError(
      `${path}: already exists, and is no report that lawfit wrote of ${owner.directory}; ${advice}`,
    );
  }
  // A picture of pixels has the mark and no signature.
  if (text.startsWith(PNG)) return;
  if (signature === null || hash(bytes.subarray(0, signature.index)) !== signature[1]) {
    throw new UserError(`${path}: was changed since lawfit wrote it; ${advice}`);
  }
}

function hash(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
