import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../../errors.ts";
import { type CsvDialect, csvError, csvOptions, type Decimal, readCsvDialect } from "../csv.ts";
import { readableFormat, type TableFormat } from "../files.ts";
import { type Column, demandColumnNames, type ReadColumns } from "../table.ts";
import { duckdbMessage, quotePath, quoteText } from "./duckdb.ts";
import { jsonError, jsonRelation } from "./json-relation.ts";
import { describe, type Relation } from "./relation.ts";

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

/** A top-level column of a Parquet file, as the file names it. */
interface ParquetColumn {
  name: string;
  /** Decimal digits where they are more than DuckDB's decimals hold, whose values it gets wrong. */
  wideDecimal?: string;
  /** Arrow's type of a duration. Parquet has no such type: it holds whole numbers, and the file's Arrow schema says what they are. */
  duration?: string;
}

/** Digits of the widest decimal of DuckDB. */
const MOST_DIGITS = 38;

/**
 * The columns of a Parquet file as it has them: DuckDB gives the second of a name another one, and reads wide decimals as other
 * numbers.
 *
 * @param file path as an SQL literal
 */
async function parquetColumns(connection: DuckDBConnection, file: string): Promise<ParquetColumn[]> {
  const reader = await connection.runAndReadAll(
    `SELECT name, num_children, precision, scale, type = 'INT64' AND logical_type IS NULL FROM parquet_schema(${file})`,
  );
  // The tree in the order of a walk, the root first.
  const nodes = reader.getRowsJS().map(([name, children, precision, scale, isPlain]) => ({
    name: String(name),
    children: Number(children ?? 0),
    precision: Number(precision ?? 0),
    scale: Number(scale ?? 0),
    isPlain: isPlain === true,
  }));
  const columns: ParquetColumn[] = [];
  let at = 1;
  /** Goes past a node and what it holds, and gives the first wide decimal there. */
  const skip = (): string | undefined => {
    const { children, precision, scale } = nodes[at++]!;
    let wide = precision > MOST_DIGITS ? `DECIMAL(${precision},${scale})` : undefined;
    for (let c = 0; c < children; c++) wide = skip() ?? wide;
    return wide;
  };
  while (at < nodes.length) {
    const { name } = nodes[at]!;
    const wideDecimal = skip();
    columns.push({ name, ...(wideDecimal !== undefined && { wideDecimal }) });
  }
  const durations = nodes.some(({ isPlain }) => isPlain) ? await durationsOf(connection, file) : undefined;
  return columns.map((column) => {
    const duration = durations?.get(column.name);
    return duration === undefined ? column : { ...column, duration };
  });
}

/** `Duration` among the types of Arrow's Schema.fbs. */
const DURATION = 18;

/** The columns that the Arrow schema within a Parquet file says are durations, with their types. */
async function durationsOf(connection: DuckDBConnection, file: string): Promise<Map<string, string>> {
  const reader = await connection.runAndReadAll(
    `SELECT value::VARCHAR FROM parquet_kv_metadata(${file}) WHERE key::VARCHAR = 'ARROW:schema'`,
  );
  const bytes = Buffer.from(String(reader.getRowsJS()[0]?.[0] ?? ""), "base64");
  // Most files have none, and need not wait for apache-arrow to load.
  if (!bytes.includes(DURATION)) return new Map();
  const { DataType, RecordBatchReader } = await import("apache-arrow");
  const { schema } = RecordBatchReader.from(bytes).open();
  return new Map(
    schema.fields
      .filter(({ type }) => DataType.isDuration(type))
      .map(({ name, type }) => [name, String(type)]),
  );
}

/** The relation of a file. */
export interface FileRelation extends Relation {
  /** Of a CSV file. */
  dialect?: CsvDialect;
}

/** How the columns of a text file are read. */
export interface FileRelationOptions {
  /** Columns that are read as text, as it is written. */
  text?: ReadonlySet<string>;
  decimal?: Decimal | undefined;
  /** Types of columns, in SQL, in place of those that DuckDB finds. */
  types?: ReadonlyMap<string, string>;
}

/**
 * The relation of a Parquet, CSV or JSON file. Types of text files are found from all rows, so that a single cell of text makes a
 * column text instead of failing somewhere inside.
 *
 * @throws UserError for two columns of one name
 * @throws Error of DuckDB, which `fileError` explains
 */
export async function fileRelation(
  connection: DuckDBConnection,
  path: string,
  format: TableFormat,
  options: FileRelationOptions = {},
): Promise<FileRelation> {
  const file = quotePath(path);
  const types = new Map([
    ...Array.from(options.text ?? [], (name) => [name, "VARCHAR"] as const),
    ...(options.types ?? []),
  ]);
  const relation =
    format === "parquet"
      ? await parquetRelation(connection, file)
      : format === "json"
        ? await jsonRelation(connection, path, types)
        : await csvRelation(connection, path, types, options.decimal);
  demandColumnNames(
    path,
    relation.columns.map(({ name }) => name),
  );
  return relation;
}

async function parquetRelation(connection: DuckDBConnection, file: string): Promise<Relation> {
  const written = await parquetColumns(connection, file);
  const described = await describe(connection, `read_parquet(${file}, hive_partitioning = false)`);
  return { ...described, columns: described.columns.map((column, i) => ({ ...column, ...written[i] })) };
}

async function csvRelation(
  connection: DuckDBConnection,
  path: string,
  types: ReadonlyMap<string, string>,
  decimal: Decimal | undefined,
): Promise<FileRelation> {
  const dialect = await readCsvDialect(path);
  // Dates and times stay as they are written: DuckDB would take `inf` for one, and rewrite the others.
  const candidates = "auto_type_candidates = ['NULL', 'BOOLEAN', 'BIGINT', 'DOUBLE', 'VARCHAR']";
  const options = `${csvOptions(dialect, decimal)}, ${candidates}, sample_size = -1, hive_partitioning = false`;
  const sql = (more = "") => `read_csv(${quotePath(path)}, ${options}${more})`;
  const described = await describe(connection, sql());
  const columns = described.columns.map((column, i) => ({
    ...column,
    name: ownName(column.name, dialect.names[i]),
  }));
  const given = described.columns.flatMap(({ name }, i) => {
    const type = types.get(columns[i]!.name);
    return type === undefined ? [] : [`${quoteText(name)}: ${quoteText(type)}`];
  });
  return {
    // Describing it again would read the whole file, and the use of these columns does not depend on the type that is found.
    sql: given.length === 0 ? described.sql : sql(`, types = {${given.join(", ")}}`),
    columns,
    dialect,
  };
}

/** The name in the header. DuckDB takes blanks off, names what has none, and counts names that differ in case only. */
function ownName(name: string, header: string | undefined): string {
  const written = header?.trim() ?? "";
  return written !== "" && name.startsWith(`${written}_`) ? written : name;
}

/** The error of a file, from DuckDB's message. */
export async function fileError(
  connection: DuckDBConnection,
  path: string,
  format: TableFormat,
  error: unknown,
): Promise<UserError> {
  if (error instanceof UserError) return error;
  if (format === "csv") return csvError(connection, path, error);
  return format === "json" ? jsonError(path, error) : new UserError(`${path}: ${duckdbMessage(error)}`);
}
