import type { DuckDBConnection } from "@duckdb/node-api";
import { columnSink } from "./column-sinks.ts";
import type { TableFormat } from "./files.ts";
import { quoteText } from "./sql/duckdb.ts";
import { type FileRelation, type FileRelationOptions, fileError, fileRelation } from "./sql/file-relation.ts";
import { columnType, type Relation, textSql, typeOfNoNumbers, valueSql } from "./sql/relation.ts";
import type { Column, ReadColumns } from "./table.ts";
import { checkContent } from "./text-bytes.ts";

/** Above so many distinct values a column is read as plain text. */
const MOST_LABELS = 10_000;

/**
 * Reads one Parquet, CSV or JSON file.
 *
 * @returns the columns, and the relation that they were read from
 * @throws UserError for a file that is not what its name says
 */
export async function readFileWithDuckDB(
  connection: DuckDBConnection,
  path: string,
  format: TableFormat,
  options: FileRelationOptions,
): Promise<ReadColumns & { relation: FileRelation }> {
  await checkContent(path, format);
  try {
    const relation = await fileRelation(connection, path, format, options);
    // Distinct names are cheap to find in Parquet's dictionaries; a text file would be parsed once more.
    const how = { ...(options.text && { text: options.text }), labelled: format === "parquet" };
    return { ...(await readRelation(connection, relation, how)), relation };
  } catch (error) {
    throw await fileError(connection, path, format, error);
  }
}

/** How a relation is read: `labelled` decodes each distinct value of the text columns once. */
export interface RelationOptions {
  text?: ReadonlySet<string>;
  labelled?: boolean;
}

/** Reads all rows of a relation, chunk by chunk. @throws Error of DuckDB */
export async function readRelation(
  connection: DuckDBConnection,
  relation: Relation,
  options: RelationOptions = {},
): Promise<ReadColumns> {
  const text = options.text ?? new Set();
  const labels = options.labelled ? await distinctLabels(connection, relation, text) : new Map();
  const list: string[] = [];
  const sinks = relation.columns.map((column) => {
    const { name } = column;
    const isText = text.has(name);
    const type: Column["type"] = isText ? "string" : columnType(column);
    const sql = isText ? textSql(column) : valueSql(column);
    const known = labels.get(name);
    list.push(known ? `CAST(${sql} AS ENUM(${known.map(quoteText).join(", ")}))` : sql);
    return columnSink(name, type);
  });
  const result = await connection.stream(`SELECT ${list.join(", ")} FROM ${relation.sql}`);
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    sinks.forEach((sink, index) => {
      sink.append(chunk.getColumnVector(index), rows, chunk.rowCount);
    });
    rows += chunk.rowCount;
  }
  const literalNaN = new Map<string, number>();
  for (const sink of sinks) {
    if (sink.literalNaN !== undefined) literalNaN.set(sink.name, sink.literalNaN);
  }
  const noNumbers = new Map<string, string>();
  for (const column of relation.columns) {
    const type = typeOfNoNumbers(column);
    if (type !== undefined) noNumbers.set(column.name, type);
  }
  return { rows, columns: sinks.map((sink) => sink.finish(rows)), literalNaN, noNumbers };
}

/** The distinct values of the text columns, where there are some and not too many. */
async function distinctLabels(
  connection: DuckDBConnection,
  relation: Relation,
  text: ReadonlySet<string>,
): Promise<Map<string, string[]>> {
  const labels = new Map<string, string[]>();
  const columns = relation.columns.filter(({ name }) => text.has(name));
  if (columns.length === 0) return labels;
  const list = columns.map((column) => {
    const sql = textSql(column);
    return `list(DISTINCT ${sql}) FILTER (${sql} IS NOT NULL)`;
  });
  const reader = await connection.runAndReadAll(`SELECT ${list.join(", ")} FROM ${relation.sql}`);
  const row = reader.getRowsJS()[0] ?? [];
  columns.forEach(({ name }, index) => {
    const values = row[index];
    if (!Array.isArray(values) || values.length === 0 || values.length > MOST_LABELS) return;
    labels.set(name, values.map(String));
  });
  return labels;
}
