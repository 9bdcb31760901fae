import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { deserialize, serialize } from "node:v8";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { ownFile } from "./places.ts";

/**
 * Where one result lies in a pack, a file of finished results. The file's first line is an index in JSON; the results follow
 * one after the other in the structured-clone format of V8 (`node:v8`), which keeps every bit of numbers and typed arrays and
 * which later versions of Node read.
 */
export interface PackEntry {
  /** Hash of everything that the result depends on. */
  key: string;
  /** Bytes from the end of the first line to the result. */
  offset: number;
  /** Length of the result in bytes. */
  bytes: number;
  /** First 32 hexadecimal digits of the SHA-256 of its bytes. */
  sha256: string;
  /** Whether the result belongs to another shard of the job, and was only needed here to compute results of this one. */
  borrowed: boolean;
}

/** The index of a pack. */
interface PackIndex {
  entries: readonly PackEntry[];
  /** Length of the first line in bytes, its end included. */
  head: number;
  /** Length of the whole file in bytes, as it was written. */
  size: number;
  /** Length of the file in bytes, as it is now: another one where the file was cut short or changed. */
  fileSize: number;
}

/** A result as it lies in a pack. */
export interface PackedResult {
  key: string;
  borrowed: boolean;
  bytes: Buffer;
  sha256: string;
}

/** Names the format in the first line of every file; an old name, so that earlier files stay readable. */
const FORMAT = "lawfit shard 1";

/** The longest first line, bytes: a hundred times that of as many results as are gathered into a file. */
const MOST_HEAD = 64 << 20;

const length = z.int().nonnegative();
const indexSchema = z.object({
  format: z.literal(FORMAT),
  entries: z.array(
    z.object({ key: z.string(), offset: length, bytes: length, sha256: z.string(), borrowed: z.boolean() }),
  ),
});

/** Serialises a result. */
export function packResult(key: string, value: unknown, borrowed: boolean): PackedResult {
  const bytes = serialize(value);
  return { key, borrowed, bytes, sha256: checksum(bytes) };
}

/** The content of a file that holds these results. */
export function packBytes(packed: readonly PackedResult[]): Buffer {
  let offset = 0;
  const entries = packed.map(({ key, bytes, sha256, borrowed }): PackEntry => {
    const entry = { key, offset, bytes: bytes.length, sha256, borrowed };
    offset += bytes.length;
    return entry;
  });
  const head = Buffer.from(`${JSON.stringify({ format: FORMAT, entries })}\n`);
  return Buffer.concat([head, ...packed.map(({ bytes }) => bytes)]);
}

/** Ending of the names of packs; an old name too. */
export const PACK_ENDING = ".shard";

/** Name of the file that holds these results: a hash of its content. */
export function packName(packed: readonly PackedResult[]): string {
  const hash = createHash("sha256");
  for (const { key, sha256, borrowed } of packed) hash.update(`${key} ${sha256} ${borrowed}\n`);
  return `${hash.digest("hex").slice(0, 32)}${PACK_ENDING}`;
}

/**
 * Reads the index of a pack, without its results.
 *
 * @returns undefined where the first line is not that of a pack
 * @throws UserError where the path leads to something other than a file
 */
export async function readPackIndex(path: string): Promise<PackIndex | undefined> {
  await ownFile(path);
  const handle = await open(path, "r");
  try {
    const { size: fileSize } = await handle.stat();
    const parts: Buffer[] = [];
    let head = 0;
    for (;;) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(65_536), 0, 65_536, head);
      if (bytesRead === 0 || head > MOST_HEAD) return undefined;
      const end = buffer.subarray(0, bytesRead).indexOf(10);
      parts.push(buffer.subarray(0, end < 0 ? bytesRead : end));
      head += end < 0 ? bytesRead : end + 1;
      if (end >= 0) break;
    }
    const entries = entriesIn(Buffer.concat(parts).toString("utf8"));
    if (entries === undefined) return undefined;
    const last = entries.at(-1);
    return { entries, head, size: head + (last === undefined ? 0 : last.offset + last.bytes), fileSize };
  } finally {
    await handle.close();
  }
}

function entriesIn(line: string): PackEntry[] | undefined {
  try {
    return indexSchema.safeParse(JSON.parse(line)).data?.entries;
  } catch {
    return undefined;
  }
}

/** Reads some results of a file, in the order of the entries; undefined in place of one whose bytes have changed. */
export async function readResults(
  path: string,
  head: number,
  entries: readonly PackEntry[],
): Promise<(PackedResult | undefined)[]> {
  // A file that has been removed gives undefined for every entry.
  const all = entries.length > 1 ? await readFile(path).catch(() => undefined) : undefined;
  const single = entries.length === 1 ? await readPart(path, head, entries[0]!) : undefined;
  return entries.map((entry) => {
    const { key, borrowed, offset, bytes: length, sha256 } = entry;
    const bytes = single ?? all?.subarray(head + offset, head + offset + length);
    return bytes?.length === length && checksum(bytes) === sha256
      ? { key, borrowed, bytes, sha256 }
      : undefined;
  });
}

async function readPart(
  path: string,
  head: number,
  { offset, bytes }: PackEntry,
): Promise<Buffer | undefined> {
  const handle = await open(path, "r").catch(() => undefined);
  try {
    // A file that was cut short, or whose index is wrong, has fewer bytes.
    const { size = 0 } = (await handle?.stat()) ?? {};
    if (handle === undefined || head + offset + bytes > size) return undefined;
    const part = Buffer.alloc(bytes);
    const read = await handle.read(part, 0, bytes, head + offset);
    return part.subarray(0, read.bytesRead);
  } finally {
    await handle?.close();
  }
}

/** Deserialises a result. @throws UserError where the bytes are not a serialised value although their checksum is right */
export function unpack({ key, bytes }: PackedResult): unknown {
  try {
    return deserialize(bytes);
  } catch {
    throw new UserError(`result ${key} cannot be read: lawfit did not write it`);
  }
}

function checksum(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 32);
}
