import type { DuckDBConnection, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import { quoteName } from "./duckdb.ts";
import type { Column, Table } from "./table.ts";

const SQL_TYPES: Readonly<Record<Column["type"], string>> = {
  float64: "DOUBLE",
  int64: "BIGINT",
  boolean: "BOOLEAN",
  string: "VARCHAR",
};

/**
 * Copies a table into DuckDB, by data chunks (millions of values a second), and gives the SQL relation to
 * select from. Missing numbers become NULL. Integers travel as doubles, which hold them exactly.
 */
export async function insertTable(connection: DuckDBConnection, table: Table, name: string): Promise<string> {
  const { BOOLEAN, DOUBLE, DuckDBDataChunk, VARCHAR } = await import("@duckdb/node-api");
  const vectorType = ({ type }: Column): DuckDBType =>
    type === "boolean" ? BOOLEAN : type === "string" ? VARCHAR : DOUBLE;
  const types = table.columns.map(vectorType);
  const list = table.columns.map((column, index) => `${quoteName(column.name)} ${types[index]}`);
  await connection.run(`CREATE TEMP TABLE ${quoteName(name)} (${list.join(", ")})`);
  const appender = await connection.createAppender(name, null, "temp");
  const chunkRows = 2048;
  for (let start = 0; start < table.rows; start += chunkRows) {
    const end = Math.min(start + chunkRows, table.rows);
    const chunk = DuckDBDataChunk.create(types, end - start);
    table.columns.forEach((column, index) => {
      chunk.setColumnValues(index, slice(column, start, end));
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
  const selected = table.columns.map((column) => {
    const quoted = quoteName(column.name);
    if (column.type === "int64") return `CAST(${quoted} AS ${SQL_TYPES[column.type]}) AS ${quoted}`;
    return isNested(column) ? `CAST(${quoted} AS JSON) AS ${quoted}` : quoted;
  });
  return `(SELECT ${selected.join(", ")} FROM temp.${quoteName(name)})`;
}

/** Whether a column holds objects or lists, as the JSON that they are read as. */
function isNested(column: Column): boolean {
  if (column.type !== "string") return false;
  const filled = column.values.filter((value) => value !== null);
  return filled.length > 0 && filled.every(isJsonOfParts);
}

function isJsonOfParts(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function slice(column: Column, start: number, end: number): DuckDBValue[] {
  if (column.type !== "float64") return column.values.slice(start, end);
  return Array.from(column.values.subarray(start, end), (value) => (Number.isNaN(value) ? null : value));
}
