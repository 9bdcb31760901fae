import { ByteBuffer } from "flatbuffers";

const unbounded = ByteBuffer.prototype.__vector_len;

/**
 * Makes FlatBuffers, in which Arrow writes its metadata, refuse a list that is longer than the file has bytes. apache-arrow walks lists by
 * the length that stands in the file, which a single broken byte makes thousands of millions.
 */
export function boundVectors(): void {
  ByteBuffer.prototype.__vector_len = vectorLength;
}

function vectorLength(this: ByteBuffer, offset: number): number {
  const length = unbounded.call(this, offset);
  if (length <= this.capacity()) return length;
  throw new RangeError(`its metadata has a list of ${length} entries in ${this.capacity()} bytes`);
}
