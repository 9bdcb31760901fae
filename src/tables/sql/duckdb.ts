import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import type { DuckDBConnection, DuckDBDataChunk, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import type { Column, Table } from "../table.ts";
import { pasteValues } from "./vectors.ts";

const require = createRequire(import.meta.url);

/** DuckDB's package, loaded on first use (`bin/bundle.js` makes one file of its 180). */
export function loadDuckDB(): typeof import("@duckdb/node-api") {
  return require("../../../dist/packages/duckdb.cjs");
}

/**
 * Opens an in-memory DuckDB, lends its connection, and closes both. The one place where DuckDB starts:
 * it has two threads at most (tables are small, cores belong to the
 * solver), and fetches no extension over the network. Further connections are lent where one is not enough.
 */
export async function withDuckDB<T>(
  use: (connection: DuckDBConnection, connect: () => Promise<DuckDBConnection>) => Promise<T>,
): Promise<T> {
  const { DuckDBInstance } = loadDuckDB();
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(Math.min(2, availableParallelism())),
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connections: DuckDBConnection[] = [];
  const connect = async (): Promise<DuckDBConnection> => {
    const connection = await instance.connect();
    connections.push(connection);
    return connection;
  };
  try {
    return await use(await connect(), connect);
  } finally {
    for (const connection of connections) connection.closeSync();
    instance.closeSync();
  }
}

/** A string as an SQL literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A path as an SQL literal that DuckDB takes literally, even if it holds `*`, `?` or `[`. */
export function quotePath(path: string): string {
  return quoteText(path.replace(/[*?[]/g, "[$&]"));
}

/** DuckDB's message in one line, without the quoted query and the name of the error's class. */
export function duckdbMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/\n+LINE \d+:[\s\S]*$/, "")
    .replace(/^(Invalid Input|Invalid|Out of Range|Binder|Parser|Catalog|Conversion|IO) Error:\s*/, "")
    .replace(/\s+/g, " ")
    .replace(/ Candidate functions:.*$/, "")
    .trim();
}

/** A column to be copied into DuckDB. */
export interface AppendedColumn {
  name: string;
  type: DuckDBType;
  /** Gives its place in a chunk the values of rows start to end, the last one left out. */
  fill(chunk: DuckDBDataChunk, place: number, start: number, end: number): void;
}

/** Makes a temporary table of columns, by data chunks (millions of values a second). */
export async function appendColumns(
  connection: DuckDBConnection,
  name: string,
  columns: readonly AppendedColumn[],
  rows: number,
): Promise<void> {
  const { DuckDBDataChunk } = loadDuckDB();
  const list = columns.map((column) => `${quoteName(column.name)} ${column.type}`);
  await connection.run(`CREATE TEMP TABLE ${quoteName(name)} (${list.join(", ")})`);
  const appender = await connection.createAppender(name, null, "temp");
  const types = columns.map(({ type }) => type);
  const chunkRows = 2048;
  for (let start = 0; start < rows; start += chunkRows) {
    const end = Math.min(start + chunkRows, rows);
    const chunk = DuckDBDataChunk.create(types, end - start);
    columns.forEach(({ fill }, place) => {
      fill(chunk, place, start, end);
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/**
 * Copies a table into DuckDB and gives the SQL relation to select from. Missing numbers become NULL. Integers travel as doubles,
 * which hold them exactly.
 */
export async function insertTable(connection: DuckDBConnection, table: Table, name: string): Promise<string> {
  const appended = table.columns.map((column) => ({ name: column.name, ...appendedAs(column) }));
  await appendColumns(connection, name, appended, table.rows);
  const selected = appended.map((column) => {
    const quoted = quoteName(column.name);
    return column.as === undefined ? quoted : `CAST(${quoted} AS ${column.as}) AS ${quoted}`;
  });
  return `(SELECT ${selected.join(", ")} FROM temp.${quoteName(name)})`;
}

/** How a column travels: its type on the way, how chunks are filled, and the type that it gets at the end, where that is another. */
function appendedAs(column: Column): Omit<AppendedColumn, "name"> & { as?: string } {
  const { BOOLEAN, DOUBLE, VARCHAR, ENUM8 } = loadDuckDB();
  switch (column.type) {
    case "float64":
      return { type: DOUBLE, fill: pasting(column.values, Number.NaN) };
    case "int64": {
      if (column.values.some(Number.isNaN))
        throw new RangeError(`column ${column.name}: NaN is no whole number`);
      const numbers = Float64Array.from(column.values, (value) => value ?? Number.NaN);
      return { type: DOUBLE, fill: pasting(numbers, Number.NaN), as: "BIGINT" };
    }
    case "boolean":
      return { type: BOOLEAN, fill: setting(column.values) };
    case "string": {
      const coded = codesOf(column.values);
      if (coded === undefined) return { type: VARCHAR, fill: setting(column.values) };
      return { type: ENUM8(coded.labels), fill: pasting(coded.codes, NO_CODE), as: "VARCHAR" };
    }
  }
}

function pasting(values: Float64Array | Uint8Array, missing: number): AppendedColumn["fill"] {
  return (chunk, place, start, end) => pasteValues(chunk, place, values.subarray(start, end), missing);
}

function setting(values: readonly DuckDBValue[]): AppendedColumn["fill"] {
  return (chunk, place, start, end) => chunk.setColumnValues(place, values.slice(start, end));
}

/** Stands for a missing text among the codes. */
const NO_CODE = 255;

/** Rows from which on texts are worth a list of their labels. */
const MANY_ROWS = 4096;

/** Texts as places in the list of their labels; undefined where there are few rows or many labels. */
function codesOf(values: readonly (string | null)[]): { labels: string[]; codes: Uint8Array } | undefined {
  if (values.length < MANY_ROWS) return undefined;
  const places = new Map<string, number>();
  const codes = new Uint8Array(values.length).fill(NO_CODE);
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (value === null) continue;
    const code = places.get(value) ?? places.size;
    if (code === NO_CODE) return undefined;
    if (code === places.size) places.set(value, code);
    codes[row] = code;
  }
  const labels = [...places.keys()];
  // What is no text in UTF-8 or in SQL is left to DuckDB, value by value.
  const isPlain = labels.length > 0 && !labels.some((label) => /[\p{Cs}\0]/u.test(label));
  return isPlain ? { labels, codes } : undefined;
}
