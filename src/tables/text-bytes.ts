import { createReadStream, readFileSync } from "node:fs";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, gunzipSync } from "node:zlib";
import { UserError } from "../errors.ts";

const ZIPPED = /\.gz$/i;

/** The bytes of a text file (.gz too); none where they do not fit into memory. */
export function textBytes(path: string): Uint8Array {
  try {
    const bytes = readFileSync(path);
    return ZIPPED.test(path) ? gunzipSync(bytes) : bytes;
  } catch {
    return new Uint8Array();
  }
}

/**
 * Reads a .gz file to its end.
 *
 * @throws UserError where it has been cut, or is not what its checksum says
 */
export async function demandWhole(path: string): Promise<void> {
  if (!ZIPPED.test(path)) return;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    await pipeline(createReadStream(path), createGunzip(), nowhere);
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const found =
      code === "Z_BUF_ERROR" ? "has been cut: it ends within the compressed data" : `is broken: ${message}`;
    throw new UserError(`${path}: ${found}; allowed: a whole gzip file (gzip -t checks one)`);
  }
}

/** The first bytes of a text file (.gz too); fewer where it has fewer, or cannot be unzipped. */
export async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = createReadStream(path);
  let bytes = Buffer.alloc(0);
  try {
    for await (const chunk of ZIPPED.test(path) ? file.pipe(createGunzip()) : file) {
      bytes = Buffer.concat([bytes, chunk as Buffer]);
      if (bytes.length >= count) break;
    }
  } catch {
    // What is wrong with the file is said by who reads it.
  } finally {
    file.destroy();
  }
  return bytes.subarray(0, count);
}
