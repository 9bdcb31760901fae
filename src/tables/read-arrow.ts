import { readFile, stat } from "node:fs/promises";
import * as zlib from "node:zlib";
import type {
  Table as ArrowTable,
  compressionRegistry,
  DataType,
  Decimal,
  TimeUnit,
  Vector,
} from "apache-arrow";
import { ByteBuffer } from "flatbuffers";
import { compress, decompress } from "lz4js";
import { UserError } from "../errors.ts";
import { type Column, demandColumnNames, type ReadColumns, withIntegers } from "./table.ts";

type Arrow = typeof import("apache-arrow");

/** Digits of the widest decimal that is read as a number, as in other formats. */
const MOST_DIGITS = 38;

/** The type of the values, for a dictionary that of its entries. */
export function valueType(arrow: Arrow, type: DataType): DataType {
  return arrow.DataType.isDictionary(type) ? type.dictionary : type;
}

/** The name of a type whose values are not numbers although Arrow stores them as such (times, and decimals that are too wide), or undefined. */
export function typeOfNoNumbers(arrow: Arrow, type: DataType): string | undefined {
  const { DataType } = arrow;
  const plain = valueType(arrow, type);
  if (DataType.isDecimal(plain)) {
    return plain.precision > MOST_DIGITS ? `Decimal(${plain.precision}, ${plain.scale})` : undefined;
  }
  const isTime = [
    DataType.isTimestamp,
    DataType.isDate,
    DataType.isTime,
    DataType.isDuration,
    DataType.isInterval,
  ];
  return isTime.some((is) => is(plain)) ? String(plain) : undefined;
}

/** A decimal comes as the little-endian words of a scaled integer. */
export function scaledInteger(value: unknown): bigint {
  const words = value as Uint32Array;
  let integer = 0n;
  for (let i = words.length - 1; i >= 0; i--) integer = (integer << 32n) | BigInt(words[i] ?? 0);
  return BigInt.asIntN(words.length * 32, integer);
}

/** A value of a column, never null, as text. Structs and lists become JSON. */
export function textOf(arrow: Arrow, type: DataType, value: unknown): string {
  if (typeof value === "string") return value;
  const { DataType } = arrow;
  const plain = valueType(arrow, type);
  if (DataType.isDecimal(plain)) return decimalText(plain, value);
  if (DataType.isTimestamp(plain) || DataType.isDate(plain)) return timeText(value as number);
  if (DataType.isTime(plain) || DataType.isDuration(plain)) return `${value} ${unitName(arrow, plain.unit)}`;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  if (typeof value === "object") return JSON.stringify(value, jsonValue);
  return String(value);
}

function decimalText({ scale }: Decimal, value: unknown): string {
  const integer = scaledInteger(value);
  if (scale <= 0) return String(integer * 10n ** BigInt(-scale));
  const digits = String(integer < 0n ? -integer : integer).padStart(scale + 1, "0");
  return `${integer < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Milliseconds since 1970 as a date, or as a number where they are outside the range of dates. */
function timeText(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? `${milliseconds} MILLISECOND` : date.toISOString();
}

function unitName(arrow: Arrow, unit: TimeUnit): string {
  return arrow.TimeUnit[unit] ?? "";
}

function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** CompressionType of the Arrow IPC format (Message.fbs). */
const LZ4_FRAME = 0;
const ZSTD = 1;

/** Node's own zstd decoder (Node >= 22.15), or undefined. */
function zstdDecoder(): ((data: Uint8Array) => Uint8Array) | undefined {
  const decoder: unknown = Reflect.get(zlib, "zstdDecompressSync");
  return typeof decoder === "function" ? (data) => decoder(data) as Uint8Array : undefined;
}

/** Whether ZSTD-compressed buffers cannot be decoded here. */
export const lacksZstd = zstdDecoder() === undefined;

/**
 * Teaches apache-arrow to decode compressed buffers; it comes with no codec. LZ4 frames are what pyarrow
 * writes to Feather files by default.
 */
function registerCodecs(registry: typeof compressionRegistry): void {
  if (registry.get(LZ4_FRAME) === null) registry.set(LZ4_FRAME, { encode: compress, decode: decompress });
  const decode = zstdDecoder();
  if (decode !== undefined && registry.get(ZSTD) === null) registry.set(ZSTD, { decode });
}

const unbounded = ByteBuffer.prototype.__vector_len;

/**
 * Makes FlatBuffers, in which Arrow writes its metadata, refuse a list that is longer than the file has bytes. apache-arrow walks lists by
 * the length that the file gives, which a single broken byte can turn into thousands of millions.
 */
function boundVectors(): void {
  ByteBuffer.prototype.__vector_len = vectorLength;
}

function vectorLength(this: ByteBuffer, offset: number): number {
  const length = unbounded.call(this, offset);
  if (length <= this.capacity()) return length;
  throw new RangeError(`its metadata has a list of ${length} entries in ${this.capacity()} bytes`);
}

/**
 * Reads one Arrow IPC file, file or stream format, with LZ4 or no compression (ZSTD where Node has it).
 * Dictionaries (pandas' categories) become text; what is neither number, boolean nor text becomes text.
 *
 * @param text columns that hold names: read as text
 * @param wholeAsFloat whether whole numbers stay in arrays of numbers, as columns of float64
 * @throws UserError as `openArrowFile` does
 */
export async function readArrowFile(
  path: string,
  text: ReadonlySet<string>,
  wholeAsFloat = false,
): Promise<ReadColumns> {
  const arrow = await import("apache-arrow");
  const table = await openArrowFile(path);
  const literalNaN = new Map<string, number>();
  const noNumbers = new Map<string, string>();
  const columns = table.schema.fields.map(({ name, type }, index) => {
    const vector = table.getChildAt(index);
    if (vector === null) throw new Error(`${path}: column ${name} has no data`);
    const other = typeOfNoNumbers(arrow, type);
    if (other !== undefined) noNumbers.set(name, other);
    return readVector(arrow, name, vector, text.has(name) || other !== undefined, literalNaN);
  });
  const read = { rows: table.numRows, columns, literalNaN, noNumbers };
  return wholeAsFloat ? read : withIntegers(read);
}

/**
 * Opens an Arrow IPC file.
 *
 * @throws UserError for a file that is not Arrow IPC or is cut short, for a codec that is not available, and for two columns of one name
 */
export async function openArrowFile(path: string): Promise<ArrowTable> {
  const arrow = await import("apache-arrow");
  registerCodecs(arrow.compressionRegistry);
  boundVectors();
  const { size } = await stat(path);
  const bytes = size === 0 ? Buffer.alloc(0) : await readFile(path);
  if (bytes.length === 0) throw new UserError(`${path}: the file is empty (0 bytes)`);
  if (bytes.toString("latin1", 0, 4) === "FEA1") {
    throw new UserError(
      `${path}: is Feather version 1, which Arrow has not supported since 2020; write version 2 (Arrow IPC)`,
    );
  }
  const table = decode(arrow, path, bytes);
  demandStreamEnd(path, bytes);
  demandColumnNames(
    path,
    table.schema.fields.map(({ name }) => name),
  );
  return table;
}

/** How a message of a stream begins, and a stream ends. */
const CONTINUATION = Buffer.of(0xff, 0xff, 0xff, 0xff);
const STREAM_END = Buffer.concat([CONTINUATION, Buffer.alloc(4)]);

/** Demands the end marker of a stream, without which batches may be missing. (The file format has a footer and cannot be read without it.) */
function demandStreamEnd(path: string, bytes: Buffer): void {
  if (!bytes.subarray(0, 4).equals(CONTINUATION) || bytes.subarray(-8).equals(STREAM_END)) return;
  throw new UserError(
    `${path}: the stream has no end marker: it was cut short, or its writer did not close it; allowed: a whole Arrow IPC stream`,
  );
}

function decode(arrow: Arrow, path: string, bytes: Buffer) {
  try {
    const table = tableOf(arrow, bytes);
    // A truncated or foreign file decodes to a table with no schema instead of failing.
    if (table.schema.fields.length > 0) return table;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (message.includes("codec not found") && lacksZstd) {
      throw new UserError(
        `${path}: compressed with ZSTD, which Node ${process.version} cannot decode in Arrow files; ` +
          "write it with LZ4 or without compression, or as Parquet, or use Node >= 22.15",
      );
    }
    // A file with the right beginning and another end has lost its footer.
    const isCut = isArrowMagic(bytes.subarray(0, 6)) && !isArrowMagic(bytes.subarray(-6));
    const what = isCut ? "has been cut: its end is not that of an Arrow file" : message.replace(/\s+/g, " ");
    throw new UserError(`${path}: not an Arrow IPC file that can be read: ${what}`);
  }
  throw new UserError(`${path}: not an Arrow IPC file: it has no schema`);
}

function isArrowMagic(bytes: Buffer): boolean {
  return bytes.toString("latin1") === "ARROW1";
}

function tableOf(arrow: Arrow, bytes: Buffer): ArrowTable {
  const reader = arrow.RecordBatchReader.from(bytes);
  if (!reader.isFile()) return arrow.tableFromIPC(bytes);
  // The loop of apache-arrow over the batches of a file does not end if one of them is not a record batch.
  reader.open();
  const batches = Array.from({ length: reader.numRecordBatches }, (_, index) => {
    const batch = reader.readRecordBatch(index);
    if (batch === null) throw new Error(`there is no batch ${index + 1} where its footer places it`);
    return batch;
  });
  return new arrow.Table(reader.schema, batches);
}

function readVector(
  arrow: Arrow,
  name: string,
  vector: Vector,
  asText: boolean,
  literalNaN: Map<string, number>,
): Column {
  const type: DataType = vector.type;
  if (!asText && arrow.DataType.isBool(type)) {
    return { name, type: "boolean", values: Array.from(vector, (value) => value as boolean | null) };
  }
  const integer = arrow.DataType.isInt(type);
  if (!asText && (integer || arrow.DataType.isFloat(type) || arrow.DataType.isDecimal(type))) {
    const toNumber = arrow.DataType.isDecimal(type)
      ? (value: unknown) => Number(textOf(arrow, type, value))
      : Number;
    const values = readNumbers(name, vector, toNumber, literalNaN);
    return { name, type: "float64", values, ...(integer && { isWhole: true }) };
  }
  return {
    name,
    type: "string",
    values: Array.from(vector, (value: unknown) => (value === null ? null : textOf(arrow, type, value))),
  };
}

function readNumbers(
  name: string,
  vector: Vector,
  toNumber: (value: unknown) => number,
  literalNaN: Map<string, number>,
): Float64Array {
  const values = new Float64Array(vector.length);
  for (let row = 0; row < values.length; row++) {
    const value: unknown = vector.get(row);
    if (value === null) {
      values[row] = Number.NaN;
      continue;
    }
    const number = toNumber(value);
    values[row] = number;
    if (Number.isNaN(number) && !literalNaN.has(name)) literalNaN.set(name, row);
  }
  return values;
}
