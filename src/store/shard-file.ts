import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { deserialize, serialize } from "node:v8";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { ownFile } from "./places.ts";

/**
 * A shard: finished results, each under the hash of all that it depends on. The file's first line says in JSON what is in it;
 * the results follow one after the other, in the structured-clone format of V8 (`node:v8`), which keeps every bit of
 * numbers and typed arrays and which later versions of Node read.
 */
export interface ShardEntry {
  key: string;
  /** Bytes from the end of the first line on. */
  offset: number;
  bytes: number;
  /** First 32 hexadecimal digits of the SHA-256 of its bytes. */
  sha256: string;
  /** Whether another shard of the job owns it: it was needed here to make results of this one. */
  borrowed: boolean;
}

/** The index of a shard file. */
export interface ShardIndex {
  entries: readonly ShardEntry[];
  /** Length of the first line, its end included. */
  head: number;
  /** Length of the whole file, as it was written. */
  size: number;
}

/** A result that is on its way into a shard. */
export interface PackedEntry {
  key: string;
  borrowed: boolean;
  bytes: Buffer;
  sha256: string;
}

const FORMAT = "lawfit shard 1";

/** Bytes of a first line at most: a hundred times those of as many results as a file is made of. */
const MOST_HEAD = 64 << 20;

const length = z.int().nonnegative();
const indexSchema = z.object({
  format: z.literal(FORMAT),
  entries: z.array(
    z.object({ key: z.string(), offset: length, bytes: length, sha256: z.string(), borrowed: z.boolean() }),
  ),
});

/** The bytes of a result. */
export function packEntry(key: string, value: unknown, borrowed: boolean): PackedEntry {
  const bytes = serialize(value);
  return { key, borrowed, bytes, sha256: checksum(bytes) };
}

/** The whole file. */
export function packShard(packed: readonly PackedEntry[]): Buffer {
  let offset = 0;
  const entries = packed.map(({ key, bytes, sha256, borrowed }): ShardEntry => {
    const entry = { key, offset, bytes: bytes.length, sha256, borrowed };
    offset += bytes.length;
    return entry;
  });
  const head = Buffer.from(`${JSON.stringify({ format: FORMAT, entries })}\n`);
  return Buffer.concat([head, ...packed.map(({ bytes }) => bytes)]);
}

/** Name of a shard file: of what is in it. */
export function shardName(packed: readonly PackedEntry[]): string {
  const hash = createHash("sha256");
  for (const { key, sha256, borrowed } of packed) hash.update(`${key} ${sha256} ${borrowed}\n`);
  return `${hash.digest("hex").slice(0, 32)}.shard`;
}

/**
 * Reads what a file holds, without its results.
 *
 * @returns undefined where its first line is none of a shard
 * @throws UserError where it is no file
 */
export async function readShardIndex(path: string): Promise<(ShardIndex & { found: number }) | undefined> {
  await ownFile(path);
  const handle = await open(path, "r");
  try {
    const { size: found } = await handle.stat();
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
    return { entries, head, size: head + (last === undefined ? 0 : last.offset + last.bytes), found };
  } finally {
    await handle.close();
  }
}

function entriesIn(line: string): ShardEntry[] | undefined {
  try {
    return indexSchema.safeParse(JSON.parse(line)).data?.entries;
  } catch {
    return undefined;
  }
}

/** Reads some results of a file: undefined where the bytes are not those that were written. */
export async function readEntries(
  path: string,
  head: number,
  entries: readonly ShardEntry[],
): Promise<(PackedEntry | undefined)[]> {
  // A file that is gone has none of them.
  const all = entries.length > 1 ? await readFile(path).catch(() => undefined) : undefined;
  const one = entries.length === 1 ? await readPart(path, head, entries[0]!) : undefined;
  return entries.map((entry) => {
    const { key, borrowed, offset, bytes: length, sha256 } = entry;
    const bytes = one ?? all?.subarray(head + offset, head + offset + length);
    return bytes?.length === length && checksum(bytes) === sha256
      ? { key, borrowed, bytes, sha256 }
      : undefined;
  });
}

async function readPart(
  path: string,
  head: number,
  { offset, bytes }: ShardEntry,
): Promise<Buffer | undefined> {
  const handle = await open(path, "r").catch(() => undefined);
  try {
    // A file that was cut short, or lies, has fewer.
    const { size = 0 } = (await handle?.stat()) ?? {};
    if (handle === undefined || head + offset + bytes > size) return undefined;
    const part = Buffer.alloc(bytes);
    const read = await handle.read(part, 0, bytes, head + offset);
    return part.subarray(0, read.bytesRead);
  } finally {
    await handle?.close();
  }
}

/** The result behind an entry's bytes. @throws UserError where it is none, though the checksum is right */
export function unpack({ key, bytes }: PackedEntry): unknown {
  try {
    return deserialize(bytes);
  } catch {
    throw new UserError(`result ${key} of a shard cannot be read: lawfit did not write it`);
  }
}

function checksum(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 32);
}
