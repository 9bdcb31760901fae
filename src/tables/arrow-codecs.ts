import * as zlib from "node:zlib";
import type { compressionRegistry } from "apache-arrow";
import { compress, decompress } from "lz4js";

/** CompressionType of the Arrow IPC format (Message.fbs). */
const LZ4_FRAME = 0;
const ZSTD = 1;

/** Node's own zstd decoder (Node >= 22.15), or undefined. */
function zstdDecoder(): ((data: Uint8Array) => Uint8Array) | undefined {
  const decoder: unknown = Reflect.get(zlib, "zstdDecompressSync");
  return typeof decoder === "function" ? (data) => decoder(data) as Uint8Array : undefined;
}

/** True where compressed buffers of that kind cannot be decoded here. */
export const lacksZstd = zstdDecoder() === undefined;

/**
 * Teaches apache-arrow to decode compressed buffers; it comes with no codec. LZ4 frames are what pyarrow
 * writes to Feather files by default.
 */
export function registerCodecs(registry: typeof compressionRegistry): void {
  if (registry.get(LZ4_FRAME) === null) registry.set(LZ4_FRAME, { encode: compress, decode: decompress });
  const decode = zstdDecoder();
  if (decode !== undefined && registry.get(ZSTD) === null) registry.set(ZSTD, { decode });
}
