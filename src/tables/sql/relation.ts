import type { DuckDBConnection, DuckDBType } from "@duckdb/node-api";
import type { Column } from "../table.ts";
import { quoteName, quoteText } from "./duckdb.ts";

/** Something to select from, and its columns. */
export interface Relation {
  /** `read_parquet(...)`, `(SELECT ...)`. */
  sql: string;
  columns: readonly RelationColumn[];
}

/** A column of a relation. */
export interface RelationColumn {
  /** As the file has it. */
  name: string;
  type: DuckDBType;
  /** The column in SQL. Names differ there by more than case, so the second of `loss` and `Loss` has another one. */
  sql: string;
  /** The type of decimals that are too wide, which DuckDB reads as other numbers. */
  wideDecimal?: string;
  /** The type of durations, which DuckDB reads as whole numbers. */
  duration?: string;
}

/** The relation of an SQL text. @throws Error of DuckDB where it is not valid */
export async function describe(connection: DuckDBConnection, sql: string): Promise<Relation> {
  const statement = await connection.prepare(`SELECT * FROM ${sql}`);
  const columns = Array.from({ length: statement.columnCount }, (_, index) => {
    const name = statement.columnName(index);
    return { name, type: statement.columnType(index), sql: quoteName(name) };
  });
  statement.destroySync();
  return { sql, columns };
}

const INTEGER_TYPES = /^(U?(TINYINT|SMALLINT|INTEGER)|BIGINT)$/;
const FLOAT_TYPES = /^(UBIGINT|U?HUGEINT|BIGNUM|FLOAT|DOUBLE|DECIMAL\(.*)$/;
const TIME_TYPES = /^(DATE|TIME|INTERVAL)/;

/** The type of a column for a type of DuckDB; values that are neither numbers nor booleans are read as text. */
export function columnType({ type, wideDecimal }: RelationColumn): Column["type"] {
  const name = type.toString();
  if (wideDecimal !== undefined) return "string";
  if (INTEGER_TYPES.test(name)) return "int64";
  if (FLOAT_TYPES.test(name)) return "float64";
  return name === "BOOLEAN" ? "boolean" : "string";
}

/** The name of a column's type where its values are not numbers, whatever their text looks like (times, and decimals that are too wide), or undefined. */
export function typeOfNoNumbers({ type, wideDecimal, duration }: RelationColumn): string | undefined {
  const other = wideDecimal ?? duration;
  if (other !== undefined) return other;
  return TIME_TYPES.test(type.toString()) ? type.toString() : undefined;
}

/** A column as text, as it is written. */
export function textSql({ type, sql, wideDecimal }: RelationColumn): string {
  // DuckDB has other values.
  if (wideDecimal !== undefined) return quoteText(wideDecimal);
  // A JSON value that is text has quotes around it; ->> takes them off.
  if (type.alias === "JSON") return `(${sql} ->> '$')`;
  const isNested = /^(STRUCT|MAP|UNION)\(|\]$/.test(type.toString());
  return `CAST(${isNested ? `to_json(${sql})` : sql} AS VARCHAR)`;
}

/** A column as its values are read: numbers as DOUBLE, exact to 2^53. */
export function valueSql(column: RelationColumn): string {
  switch (columnType(column)) {
    case "int64":
    case "float64":
      return `CAST(${column.sql} AS DOUBLE)`;
    case "boolean":
      return column.sql;
    case "string":
      return textSql(column);
  }
}

/**
 * A column as expressions see it: whole numbers as BIGINT or HUGEINT with all their digits, other numbers as DOUBLE, structs and
 * lists as they are.
 */
export function exactSql(column: RelationColumn): string {
  const type = column.type.toString();
  if (column.wideDecimal !== undefined || column.type.alias === "JSON") return textSql(column);
  if (INTEGER_TYPES.test(type)) return `CAST(${column.sql} AS BIGINT)`;
  if (type === "UBIGINT" || /^DECIMAL\(\d+,\s*0\)$/.test(type)) return `CAST(${column.sql} AS HUGEINT)`;
  return type === "FLOAT" || type.startsWith("DECIMAL") ? `CAST(${column.sql} AS DOUBLE)` : column.sql;
}
