import type { DuckDBConnection, DuckDBType } from "@duckdb/node-api";
import { UserError } from "../errors.ts";
import { checkContent } from "./check-content.ts";
import { demandDistinctNames } from "./column-names.ts";
import { columnSink } from "./column-sinks.ts";
import { csvError, csvOptions, type Decimal, readCsvDialect } from "./csv-dialect.ts";
import { duckdbMessage, quoteName, quotePath, quoteText } from "./duckdb.ts";
import type { TableFormat } from "./files.ts";
import type { Column } from "./table.ts";

/** Columns read from one source, and the first row (0-based) with a NaN written as a value, by column. */
export interface ReadColumns {
  rows: number;
  columns: Column[];
  literalNaN: ReadonlyMap<string, number>;
  /** Lines of a text file before its header. @default 0 */
  skippedLines?: number;
}

type ColumnType = Column["type"];

/** Above so many distinct values a column is read as plain text. */
const MOST_LABELS = 10_000;

const INTEGER_TYPES = /^(U?(TINYINT|SMALLINT|INTEGER)|BIGINT)$/;
const FLOAT_TYPES = /^(UBIGINT|U?HUGEINT|BIGNUM|FLOAT|DOUBLE|DECIMAL\(.*)$/;

/** Ours for a type of DuckDB; what is neither number nor boolean is read as text. */
function columnType(type: DuckDBType): ColumnType {
  const name = type.toString();
  if (INTEGER_TYPES.test(name)) return "int64";
  if (FLOAT_TYPES.test(name)) return "float64";
  return name === "BOOLEAN" ? "boolean" : "string";
}

/** A column to be selected: its SQL, and its type here. Integers travel as doubles, exact to 2^53. */
interface Selected {
  name: string;
  type: ColumnType;
  sql: string;
}

function select(name: string, type: DuckDBType, asText: boolean, labels: string[] | undefined): Selected {
  const quoted = quoteName(name);
  const ours = asText ? "string" : columnType(type);
  if (ours === "int64" || ours === "float64") {
    return { name, type: ours, sql: `CAST(${quoted} AS DOUBLE)` };
  }
  if (ours === "boolean") return { name, type: ours, sql: quoted };
  // A JSON value that is text has quotes around it; ->> takes them off.
  const isNested = /^(STRUCT|MAP|UNION)\(|\]$/.test(type.toString());
  const text =
    type.alias === "JSON"
      ? `(${quoted} ->> '$')`
      : // As JSON, which {sql: } takes apart again.
        `CAST(${isNested ? `to_json(${quoted})` : quoted} AS VARCHAR)`;
  if (labels === undefined || labels.length === 0) return { name, type: ours, sql: text };
  return { name, type: ours, sql: `CAST(${text} AS ENUM(${labels.map(quoteText).join(", ")}))` };
}

/**
 * Reads one Parquet, CSV or JSON file.
 *
 * @param text columns that hold names: read as text as it is written (`001` stays `001`)
 * @throws UserError for a file that is not what its name says
 */
export async function readFileWithDuckDB(
  connection: DuckDBConnection,
  path: string,
  format: TableFormat,
  text: ReadonlySet<string>,
  decimal?: Decimal,
): Promise<ReadColumns> {
  await checkContent(path, format);
  try {
    const relation = await fileRelation(connection, path, format, text, decimal);
    // Distinct names are cheap to find in Parquet's dictionaries; a text file would be parsed once more.
    const read = await readRelation(connection, relation, { text, labelled: format === "parquet" });
    return relation.skippedLines ? { ...read, skippedLines: relation.skippedLines } : read;
  } catch (error) {
    throw await fileError(connection, path, format, error);
  }
}

/** What is wrong with a file, from what DuckDB said of it. */
export async function fileError(
  connection: DuckDBConnection,
  path: string,
  format: TableFormat,
  error: unknown,
): Promise<UserError> {
  if (error instanceof UserError) return error;
  if (format === "csv") return csvError(connection, path, error);
  return new UserError(`${path}: ${duckdbMessage(error)}`);
}

/** Something to select from, and its columns. */
export interface Relation {
  /** `read_parquet(...)`, `(SELECT ...)`. */
  sql: string;
  columns: readonly { name: string; type: DuckDBType }[];
  /** Lines of a CSV file before its header. */
  skippedLines?: number;
}

/**
 * The relation of a file. Types of text files are found from all rows, so that a single cell of text makes a
 * column text instead of failing somewhere inside.
 *
 * @throws Error of DuckDB, which `fileError` explains
 */
export async function fileRelation(
  connection: DuckDBConnection,
  path: string,
  format: TableFormat,
  text: ReadonlySet<string> = new Set(),
  decimal?: Decimal,
): Promise<Relation> {
  const file = quotePath(path);
  if (format === "parquet") demandDistinctNames(path, await parquetNames(connection, file));
  if (format === "parquet") return describe(connection, `read_parquet(${file}, hive_partitioning = false)`);
  const common = "sample_size = -1, hive_partitioning = false";
  if (format === "json") return describe(connection, `read_json(${file}, ${common})`);
  const dialect = await readCsvDialect(path);
  demandDistinctNames(
    path,
    dialect.names.filter((name) => name !== ""),
  );
  // Dates and times stay as they are written: DuckDB would take `inf` for one, and rewrite the others.
  const types = "auto_type_candidates = ['NULL', 'BOOLEAN', 'BIGINT', 'DOUBLE', 'VARCHAR']";
  const options = `${csvOptions(dialect, decimal)}, ${types}, ${common}`;
  const described = await describe(connection, `read_csv(${file}, ${options})`);
  const plain = { ...described, skippedLines: dialect.skip };
  const named = plain.columns.filter(({ name }) => text.has(name));
  if (named.length === 0) return plain;
  const asText = named.map(({ name }) => `${quoteText(name)}: 'VARCHAR'`).join(", ");
  return { ...plain, sql: `read_csv(${file}, ${options}, types = {${asText}})` };
}

/** Names of a Parquet file's columns as it has them: DuckDB gives the second of a name another one. */
async function parquetNames(connection: DuckDBConnection, file: string): Promise<string[]> {
  const reader = await connection.runAndReadAll(`SELECT name, num_children FROM parquet_schema(${file})`);
  // The tree in the order of a walk, the root first.
  const nodes = reader
    .getRowsJS()
    .map(([name, children]) => ({ name: String(name), children: Number(children ?? 0) }));
  const names: string[] = [];
  let at = 1;
  const skip = (): void => {
    const { children } = nodes[at++]!;
    for (let c = 0; c < children; c++) skip();
  };
  while (at < nodes.length) {
    names.push(nodes[at]!.name);
    skip();
  }
  return names;
}

/** The relation of an SQL text. @throws Error of DuckDB where it is not valid */
export async function describe(connection: DuckDBConnection, sql: string): Promise<Relation> {
  const statement = await connection.prepare(`SELECT * FROM ${sql}`);
  const columns = Array.from({ length: statement.columnCount }, (_, index) => ({
    name: statement.columnName(index),
    type: statement.columnType(index),
  }));
  statement.destroySync();
  return { sql, columns };
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
  const names = relation.columns.map(({ name }) => name).filter((name) => text.has(name));
  const labels = options.labelled ? await distinctLabels(connection, relation.sql, names) : new Map();
  const selected = relation.columns.map(({ name, type }) =>
    select(name, type, text.has(name), labels.get(name)),
  );
  const list = selected.map(({ sql, name }) => `${sql} AS ${quoteName(name)}`).join(", ");
  const result = await connection.stream(`SELECT ${list} FROM ${relation.sql}`);
  const sinks = selected.map(({ name, type }) => columnSink(name, type));
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
  return { rows, columns: sinks.map((sink) => sink.finish(rows)), literalNaN };
}

async function distinctLabels(
  connection: DuckDBConnection,
  relation: string,
  names: readonly string[],
): Promise<Map<string, string[]>> {
  const labels = new Map<string, string[]>();
  if (names.length === 0) return labels;
  const list = names.map(
    (name) => `list(DISTINCT ${quoteName(name)}::VARCHAR) FILTER (${quoteName(name)} IS NOT NULL)`,
  );
  const reader = await connection.runAndReadAll(`SELECT ${list.join(", ")} FROM ${relation}`);
  const row = reader.getRowsJS()[0] ?? [];
  names.forEach((name, index) => {
    const values = row[index];
    if (Array.isArray(values) && values.length <= MOST_LABELS) labels.set(name, values.map(String));
  });
  return labels;
}
