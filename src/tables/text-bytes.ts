import { createReadStream, readFileSync } from "node:fs";
import { createGunzip, gunzipSync } from "node:zlib";

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
