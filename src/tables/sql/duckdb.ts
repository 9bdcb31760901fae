import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import type { DuckDBConnection, DuckDBDataChunk, DuckDBType } from "@duckdb/node-api";
import type { Column, Table } from "../table.ts";
import { pasteDoubles } from "./vectors.ts";

const require = createRequire(import.meta.url);

/**
 * DuckDB's package, loaded on first use. It is CommonJS, whose text `import` reads twice, the first time for the names that it
 * exports; that takes as long as all else (0.15 s).
 */
export function loadDuckDB(): typeof import("@duckdb/node-api") {
  return require("@duckdb/node-api");
}

/**
 * Opens an in-memory DuckDB, lends its connection, and closes both. The one place where DuckDB starts:
 * it has two threads at most (tables are small, cores belong to the
 * solver), and fetches no extension over the network.
 */
export async function withDuckDB<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const { DuckDBInstance } = loadDuckDB();
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(Math.min(2, availableParallelism())),
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
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
  const { BOOLEAN, DOUBLE, VARCHAR } = loadDuckDB();
  const vectorType = ({ type }: Column): DuckDBType =>
    type === "boolean" ? BOOLEAN : type === "string" ? VARCHAR : DOUBLE;
  const appended = table.columns.map((column) => ({
    name: column.name,
    type: vectorType(column),
    fill: fillerOf(column),
  }));
  await appendColumns(connection, name, appended, table.rows);
  const selected = table.columns.map((column) => {
    const quoted = quoteName(column.name);
    return column.type === "int64" ? `CAST(${quoted} AS BIGINT) AS ${quoted}` : quoted;
  });
  return `(SELECT ${selected.join(", ")} FROM temp.${quoteName(name)})`;
}

/** Copies the rows of a column into chunks. */
function fillerOf(column: Column): AppendedColumn["fill"] {
  const { type, values } = column;
  if (type === "float64") {
    return (chunk, place, start, end) => pasteDoubles(chunk, place, values.subarray(start, end));
  }
  if (type === "int64") {
    const numbers = Float64Array.from(values, (value) => value ?? Number.NaN);
    return (chunk, place, start, end) => pasteDoubles(chunk, place, numbers.subarray(start, end));
  }
  return (chunk, place, start, end) => chunk.setColumnValues(place, values.slice(start, end));
}
