import type { DuckDBConnection } from "@duckdb/node-api";
import type { Decimal } from "./csv-dialect.ts";
import { type FileRelation, fileRelation } from "./file-relation.ts";
import { readableFormat } from "./files.ts";
import type { Column, ReadColumns } from "./table.ts";

/** From here on DuckDB takes the whole numbers of text files for floating-point numbers. */
const BEYOND_BIGINT = 2 ** 63;
const BEYOND_HUGEINT = 2 ** 127;

/**
 * The relation of a CSV or JSON file with its whole numbers beyond 2^63 as such, where they are written with all their digits.
 *
 * @param read the file's columns as they were read
 */
export async function withHugeIntegers(
  connection: DuckDBConnection,
  path: string,
  relation: FileRelation,
  read: ReadColumns,
  options: { text: ReadonlySet<string>; decimal?: Decimal | undefined },
): Promise<FileRelation> {
  const format = readableFormat(path);
  const huge = read.columns.filter((column) => isHuge(column) && !options.text.has(column.name));
  if (format === "parquet" || huge.length === 0) return relation;
  const as = (type: string, columns: readonly Column[]): Promise<FileRelation> =>
    fileRelation(connection, path, format, {
      ...options,
      types: new Map(columns.map(({ name }) => [name, type])),
    });
  const written = await as("VARCHAR", huge);
  const sqlOf = (name: string) => written.columns.find((column) => column.name === name)!.sql;
  const list = huge.map(
    ({ name }) => `bool_and(regexp_full_match(trim(CAST(${sqlOf(name)} AS VARCHAR)), '[-+]?[0-9]+'))`,
  );
  const reader = await connection.runAndReadAll(`SELECT ${list.join(", ")} FROM ${written.sql}`);
  const areDigits = reader.getRowsJS()[0] ?? [];
  return as(
    "HUGEINT",
    huge.filter((_, i) => areDigits[i] === true),
  );
}

function isHuge(column: Column): boolean {
  if (column.type !== "float64") return false;
  const { values } = column;
  let most = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (!Number.isInteger(value)) return false;
    most = Math.max(most, Math.abs(value));
  }
  return most >= BEYOND_BIGINT && most < BEYOND_HUGEINT;
}
