import { readFile } from "node:fs/promises";
import type { DataType, Vector } from "apache-arrow";
import { UserError } from "../errors.ts";
import { lacksZstd, registerCodecs } from "./arrow-codecs.ts";
import { demandDistinctNames } from "./column-names.ts";
import { finishNumbers } from "./column-sinks.ts";
import type { ReadColumns } from "./read-duckdb.ts";
import type { Column } from "./table.ts";

type Arrow = typeof import("apache-arrow");

/**
 * Reads one Arrow IPC file, file or stream format, with LZ4 or no compression (ZSTD where Node has it).
 * Dictionaries (pandas' categories) become text; what is neither number, boolean nor text becomes text.
 *
 * @param text columns that hold names: read as text
 * @throws UserError for a file that is not Arrow IPC, and for a codec that is not at hand
 */
export async function readArrowFile(path: string, text: ReadonlySet<string>): Promise<ReadColumns> {
  const arrow = await import("apache-arrow");
  registerCodecs(arrow.compressionRegistry);
  const bytes = await readFile(path);
  if (bytes.length === 0) throw new UserError(`${path}: the file is empty (0 bytes)`);
  if (bytes.toString("latin1", 0, 4) === "FEA1") {
    throw new UserError(
      `${path}: is Feather version 1, which Arrow gave up in 2020; write version 2 (Arrow IPC)`,
    );
  }
  const table = decode(arrow, path, bytes);
  demandDistinctNames(
    path,
    table.schema.fields.map(({ name }) => name),
  );
  const literalNaN = new Map<string, number>();
  const columns = table.schema.fields.map((field, index) => {
    const vector = table.getChildAt(index);
    if (vector === null) throw new Error(`${path}: column ${field.name} has no data`);
    return readVector(arrow, field.name, vector, text.has(field.name), literalNaN);
  });
  return { rows: table.numRows, columns, literalNaN };
}

function decode(arrow: Arrow, path: string, bytes: Buffer) {
  try {
    const table = arrow.tableFromIPC(bytes);
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
    throw new UserError(`${path}: not an Arrow IPC file: ${message.replace(/\s+/g, " ")}`);
  }
  throw new UserError(`${path}: not an Arrow IPC file: it has no schema`);
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
    const toNumber = arrow.DataType.isDecimal(type) ? decimalReader(type.scale) : Number;
    const values = readNumbers(name, vector, toNumber, literalNaN);
    return finishNumbers(name, integer ? "int64" : "float64", values);
  }
  return {
    name,
    type: "string",
    values: Array.from(vector, (value: unknown) => (value === null ? null : asString(value))),
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

/** A decimal comes as the little-endian words of a scaled integer. */
function decimalReader(scale: number): (value: unknown) => number {
  return (value) => {
    const words = value as Uint32Array;
    let integer = 0n;
    for (let i = words.length - 1; i >= 0; i--) integer = (integer << 32n) | BigInt(words[i] ?? 0);
    return Number(BigInt.asIntN(words.length * 32, integer)) / 10 ** scale;
  };
}

function asString(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  // Structs and lists as JSON, which {sql: } takes apart again.
  if (typeof value === "object" && value !== null && "toJSON" in value) {
    return JSON.stringify(value, (_, own: unknown) => (typeof own === "bigint" ? Number(own) : own));
  }
  return typeof value === "string" ? value : String(value);
}
