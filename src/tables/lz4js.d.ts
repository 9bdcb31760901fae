declare module "lz4js" {
  /** Decompresses an LZ4 frame. */
  export function decompress(source: Uint8Array): Uint8Array;
  /** Compresses to an LZ4 frame. */
  export function compress(source: Uint8Array): Uint8Array;
}
