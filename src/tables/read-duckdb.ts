import type { DuckDBConnection, DuckDBVector } from "@duckdb/node-api";
import { checkContent, type TableFormat } from "./files.ts";
import { quoteText } from "./sql/duckdb.ts";
import { type FileRelation, type FileRelationOptions, fileError, fileRelation } from "./sql/file-relation.ts";
import { columnType, type Relation, textSql, typeOfNoNumbers, valueSql } from "./sql/relation.ts";
import { type Column, numberColumn, type ReadColumns } from "./table.ts";

/** A column with more distinct values than this is read as plain text. */
const MOST_LABELS = 10_000;

/**
 * Reads one Parquet, CSV or JSON file.
 *
 * @returns the columns, and the relation that they were read from
 * @throws UserError for a file of another format than its name says
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
    // Distinct names are cheap to find in Parquet's dictionaries; a text file would have to be parsed twice.
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
  const labels = options.labelled
    ? await distinctLabels(connection, relation, text)
    : new Map<string, string[]>();
  const list: string[] = [];
  const sinks = relation.columns.map((column) => {
    const { name } = column;
    const isText = text.has(name);
    const type: Column["type"] = isText ? "string" : columnType(column);
    const sql = isText ? textSql(column) : valueSql(column);
    const values = labels.get(name);
    list.push(values ? `CAST(${sql} AS ENUM(${values.map(quoteText).join(", ")}))` : sql);
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

/** Collects the values of one column from DuckDB's vectors. */
interface ColumnSink {
  name: string;
  /** First row (0-based) with a NaN that is a value and not a missing cell. */
  literalNaN: number | undefined;
  append(vector: DuckDBVector, offset: number, count: number): void;
  finish(rows: number): Column;
}

/** A sink for a column that is selected as BOOLEAN, VARCHAR or ENUM (string), or DOUBLE (int64, float64). */
function columnSink(name: string, type: Column["type"]): ColumnSink {
  if (type === "boolean") return listSink<boolean>(name, (values) => ({ name, type, values }));
  if (type !== "string") return numberSink(name, type);
  // Names repeat down a column: keep one string of each.
  const seen = new Map<string, string>();
  return listSink<string>(
    name,
    (values) => ({ name, type, values }),
    (value) => {
      const kept = seen.get(value) ?? value;
      if (kept === value && seen.size < 10_000) seen.set(value, value);
      return kept;
    },
  );
}

function listSink<Value>(
  name: string,
  finish: (values: (Value | null)[]) => Column,
  keep: (value: Value) => Value = (value) => value,
): ColumnSink {
  const values: (Value | null)[] = [];
  return {
    name,
    literalNaN: undefined,
    append(vector, _offset, count) {
      for (let i = 0; i < count; i++) {
        const value = vector.getItem(i) as Value | null;
        values.push(value === null ? null : keep(value));
      }
    },
    finish: () => finish(values),
  };
}

function numberSink(name: string, type: "int64" | "float64"): ColumnSink {
  let values = new Float64Array(2048);
  const sink: ColumnSink = {
    name,
    literalNaN: undefined,
    append(vector, offset, count) {
      if (offset + count > values.length) {
        const grown = new Float64Array(Math.max(offset + count, 2 * values.length));
        grown.set(values);
        values = grown;
      }
      for (let i = 0; i < count; i++) {
        const value = vector.getItem(i) as number | null;
        if (value === null) values[offset + i] = Number.NaN;
        else {
          values[offset + i] = value;
          if (Number.isNaN(value)) sink.literalNaN ??= offset + i;
        }
      }
    },
    finish(rows) {
      const read = values.slice(0, rows);
      // Integers beyond 2^53 were rounded.
      return type === "int64" ? numberColumn(name, read) : { name, type, values: read };
    },
  };
  return sink;
}
