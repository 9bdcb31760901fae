import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import { checkContent, type TableFormat } from "./files.ts";
import { quoteText } from "./sql/duckdb.ts";
import { type FileRelation, type FileRelationOptions, fileError, fileRelation } from "./sql/file-relation.ts";
import { columnType, type Relation, textSql, typeOfNoNumbers, valueSql } from "./sql/relation.ts";
import { copyCodes, copyDoubles, NO_LABEL } from "./sql/vectors.ts";
import { type Column, numberColumn, type ReadColumns } from "./table.ts";

/** A column with more distinct values than this is read as plain text. */
const MOST_LABELS = 10_000;

/** Rows of DuckDB's chunks. */
export const MOST_ROWS_OF_CHUNK = 2048;

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
  options: FileRelationOptions & Pick<RelationOptions, "wholeAsFloat">,
): Promise<ReadColumns & { relation: FileRelation }> {
  await checkContent(path, format);
  try {
    const relation = await fileRelation(connection, path, format, options);
    const { text, wholeAsFloat } = options;
    // Distinct names are cheap to find in Parquet's dictionaries; a text file would have to be parsed twice.
    const how = { ...(text && { text }), labelled: format === "parquet", wholeAsFloat };
    return { ...(await readRelation(connection, relation, how)), relation };
  } catch (error) {
    throw await fileError(connection, path, format, error);
  }
}

/** How a relation is read. */
export interface RelationOptions {
  /** Columns that are read as text. @default none */
  text?: ReadonlySet<string>;
  /** Whether each distinct value of a text column is decoded once. @default false */
  labelled?: boolean;
  /** Whether whole numbers stay in arrays of numbers, as columns of float64. @default false */
  wholeAsFloat?: boolean | undefined;
}

/** Reads all rows of a relation, chunk by chunk. @throws Error of DuckDB */
export async function readRelation(
  connection: DuckDBConnection,
  relation: Relation,
  options: RelationOptions = {},
): Promise<ReadColumns> {
  // Parquet says how many rows it has, and each column gets the room that it needs.
  const room = options.labelled ? await countRows(connection, relation.sql) : 0;
  const list: string[] = [];
  const sinks: ColumnSink[] = [];
  for (const column of relation.columns) {
    const { name } = column;
    const isText = options.text?.has(name) === true;
    const type = isText ? "string" : columnType(column);
    const sql = isText ? textSql(column) : valueSql(column);
    const labels =
      type === "string" && options.labelled ? await distinctLabels(connection, sql, relation.sql) : undefined;
    list.push(labels?.length ? codeSql(sql, labels) : sql);
    sinks.push(
      labels?.length ? labelSink(name, labels, room) : columnSink(name, type, room, options.wholeAsFloat),
    );
  }
  const rows = await eachChunk(
    connection,
    `SELECT ${list.join(", ")} FROM ${relation.sql}`,
    (chunk, offset) => {
      sinks.forEach((sink, index) => {
        sink.append(chunk, index, offset);
      });
    },
  );
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

/** Runs a query and passes its rows on in chunks, each with the number of rows before it. @returns the number of rows */
export async function eachChunk(
  connection: DuckDBConnection,
  query: string,
  use: (chunk: DuckDBDataChunk, offset: number) => void,
): Promise<number> {
  const result = await connection.stream(query);
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return rows;
    use(chunk, rows);
    rows += chunk.rowCount;
  }
}

/** A text column as an ENUM of its labels. */
export function codeSql(sql: string, labels: readonly string[]): string {
  return `CAST(${sql} AS ENUM(${labels.map(quoteText).join(", ")}))`;
}

export async function countRows(connection: DuckDBConnection, relation: string): Promise<number> {
  const reader = await connection.runAndReadAll(`SELECT count(*) FROM ${relation}`);
  return Number(reader.getRowsJS()[0]![0]);
}

/** The distinct values of a text column; undefined where there are too many. */
export async function distinctLabels(
  connection: DuckDBConnection,
  sql: string,
  relation: string,
): Promise<string[] | undefined> {
  const reader = await connection.runAndReadAll(
    `SELECT DISTINCT ${sql} AS label FROM ${relation} WHERE ${sql} IS NOT NULL LIMIT ${MOST_LABELS + 1}`,
  );
  const labels = reader.getRowsJS().map(([label]) => asKey(String(label)));
  return labels.length > MOST_LABELS ? undefined : labels;
}

/** The same text as the names of properties have it: the engine keeps one copy of each, which it compares and looks up faster. */
function asKey(text: string): string {
  return Object.keys({ [text]: 0 })[0]!;
}

/** Collects the values of one column from DuckDB's chunks. */
interface ColumnSink {
  name: string;
  /** First row (0-based) with a NaN that is a value and not a missing cell. */
  literalNaN?: number;
  append(chunk: DuckDBDataChunk, index: number, offset: number): void;
  finish(rows: number): Column;
}

/** A sink for a column that is selected as BOOLEAN, VARCHAR (string), or DOUBLE (int64, float64). */
function columnSink(name: string, type: Column["type"], room: number, wholeAsFloat = false): ColumnSink {
  if (type === "boolean") return listSink<boolean>(name, (values) => ({ name, type, values }));
  if (type !== "string") return numberSink(name, type, room, wholeAsFloat);
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
    append(chunk, index) {
      const vector = chunk.getColumnVector(index);
      for (let i = 0; i < chunk.rowCount; i++) {
        const value = vector.getItem(i) as Value | null;
        values.push(value === null ? null : keep(value));
      }
    },
    finish: () => finish(values),
  };
}

/** A sink for a text column that is selected as an ENUM of its labels. */
function labelSink(name: string, labels: readonly string[], room: number): ColumnSink {
  // An array with more room than this is a table of hashes to the engine.
  const values = room < 2 ** 25 ? new Array<string | null>(room) : [];
  const codes = new Uint16Array(MOST_ROWS_OF_CHUNK);
  return {
    name,
    append(chunk, index, offset) {
      copyCodes(chunk, index, labels.length, codes, 0);
      for (let i = 0; i < chunk.rowCount; i++) {
        const code = codes[i]!;
        values[offset + i] = code === NO_LABEL ? null : labels[code]!;
      }
    },
    finish: () => ({ name, type: "string", values }),
  };
}

function numberSink(
  name: string,
  type: "int64" | "float64",
  room: number,
  wholeAsFloat: boolean,
): ColumnSink {
  let values = new Float64Array(room);
  const sink: ColumnSink = {
    name,
    append(chunk, index, offset) {
      const end = offset + chunk.rowCount;
      if (end > values.length) {
        const grown = new Float64Array(Math.max(end, 2 * values.length));
        grown.set(values);
        values = grown;
      }
      const literalNaN = copyDoubles(chunk, index, values, offset);
      if (literalNaN >= 0) sink.literalNaN ??= offset + literalNaN;
    },
    finish(rows) {
      const read = values.length === rows ? values : values.slice(0, rows);
      if (type === "float64") return { name, type, values: read };
      // Integers beyond 2^53 were rounded.
      return wholeAsFloat ? { name, type: "float64", values: read, isWhole: true } : numberColumn(name, read);
    },
  };
  return sink;
}
