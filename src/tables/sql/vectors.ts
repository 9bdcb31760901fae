import { createRequire } from "node:module";
import type { DuckDBDataChunk } from "@duckdb/node-api";

const require = createRequire(import.meta.url);

type Bindings = typeof import("@duckdb/node-bindings");

let bindings: Bindings | undefined;

/** The functions of DuckDB's C interface that its package is written with. Node looks for a package anew each time that it is asked. */
function loadBindings(): Bindings {
  bindings ??= require("@duckdb/node-bindings") as Bindings;
  return bindings;
}

/** A column of a chunk as it lies in DuckDB's memory, where it stays as long as the chunk does. */
interface RawVector {
  bytes: Uint8Array;
  /** A bit for each row, the lowest of a byte first: 0 where the row has no value. Null where all rows have one. */
  validity: Uint8Array | null;
}

/** @param width bytes of a value */
function rawVector({ chunk }: DuckDBDataChunk, column: number, count: number, width: number): RawVector {
  const { data_chunk_get_vector, vector_get_data, vector_get_validity } = loadBindings();
  const vector = data_chunk_get_vector(chunk, column);
  const bytes = vector_get_data(vector, count * width);
  return { bytes, validity: vector_get_validity(vector, Math.ceil(count / 64) * 8) as Uint8Array | null };
}

function isMissing(validity: Uint8Array, row: number): boolean {
  return ((validity[row >> 3]! >> (row & 7)) & 1) === 0;
}

/**
 * Copies a DOUBLE column of a chunk, NaN where a row has no value.
 *
 * @param into where the values go, from an offset on
 * @returns the first row of the chunk with a NaN that is a value; -1 where there is none
 */
export function copyDoubles(
  chunk: DuckDBDataChunk,
  column: number,
  into: Float64Array,
  offset: number,
): number {
  const count = chunk.rowCount;
  const { bytes, validity } = rawVector(chunk, column, count, Float64Array.BYTES_PER_ELEMENT);
  const values = new Float64Array(bytes.buffer, bytes.byteOffset, count);
  into.set(values, offset);
  let literalNaN = -1;
  for (let row = 0; row < count; row++) {
    if (validity !== null && isMissing(validity, row)) into[offset + row] = Number.NaN;
    else if (literalNaN < 0 && Number.isNaN(values[row])) literalNaN = row;
  }
  return literalNaN;
}

/**
 * Fills a column of a chunk with values as they lie in memory: a DOUBLE column, or an ENUM column of few labels with their places.
 *
 * @param values one for each row of the chunk
 * @param missing stands for no value; NaN where it is NaN
 */
export function pasteValues(
  { chunk }: DuckDBDataChunk,
  column: number,
  values: Float64Array | Uint8Array,
  missing: number,
): void {
  const bindings = loadBindings();
  const vector = bindings.data_chunk_get_vector(chunk, column);
  const present = values.slice();
  let validity: Uint8Array | undefined;
  for (let row = 0; row < values.length; row++) {
    if (!Object.is(values[row], missing)) continue;
    present[row] = 0;
    validity ??= new Uint8Array(Math.ceil(values.length / 64) * 8).fill(255);
    validity[row >> 3]! &= ~(1 << (row & 7));
  }
  bindings.copy_data_to_vector(vector, 0, present.buffer as ArrayBuffer, 0, present.byteLength);
  if (validity === undefined) return;
  bindings.vector_ensure_validity_writable(vector);
  bindings.copy_data_to_vector_validity(vector, 0, validity.buffer as ArrayBuffer, 0, validity.byteLength);
}

/** Stands for a missing value among the codes of labels. */
export const NO_LABEL = 2 ** 16 - 1;

/**
 * Copies an ENUM column of a chunk as the places of its values in the type's list, `NO_LABEL` where a row has no value.
 *
 * @param labels number of values of the type, fewer than `NO_LABEL`
 */
export function copyCodes(
  chunk: DuckDBDataChunk,
  column: number,
  labels: number,
  into: Uint16Array,
  offset: number,
): void {
  const count = chunk.rowCount;
  // The width of DuckDB's codes goes by the number of labels.
  const width = labels < 2 ** 8 ? 1 : 2;
  const { bytes, validity } = rawVector(chunk, column, count, width);
  into.set(width === 1 ? bytes : new Uint16Array(bytes.buffer, bytes.byteOffset, count), offset);
  if (validity === null) return;
  for (let row = 0; row < count; row++) if (isMissing(validity, row)) into[offset + row] = NO_LABEL;
}
