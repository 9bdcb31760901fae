import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../errors.ts";
import { demandColumnNames } from "./column-names.ts";
import { type CsvDialect, csvError, csvOptions, type Decimal, readCsvDialect } from "./csv-dialect.ts";
import { duckdbMessage, quotePath, quoteText } from "./duckdb.ts";
import type { TableFormat } from "./files.ts";
import { jsonError, jsonRelation } from "./json-relation.ts";
import { parquetColumns } from "./parquet-columns.ts";
import { describe, type Relation } from "./relation.ts";

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
  const own = await parquetColumns(connection, file);
  const found = await describe(connection, `read_parquet(${file}, hive_partitioning = false)`);
  return { ...found, columns: found.columns.map((column, i) => ({ ...column, ...own[i] })) };
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
  const found = await describe(connection, sql());
  const columns = found.columns.map((column, i) => ({
    ...column,
    name: ownName(column.name, dialect.names[i]),
  }));
  const given = found.columns.flatMap(({ name }, i) => {
    const type = types.get(columns[i]!.name);
    return type === undefined ? [] : [`${quoteText(name)}: ${quoteText(type)}`];
  });
  return {
    // To describe it once more would read the whole file; what is done with these columns does not hang on the type found.
    sql: given.length === 0 ? found.sql : sql(`, types = {${given.join(", ")}}`),
    columns,
    dialect,
  };
}

/** The name in the header. DuckDB takes blanks off, names what has none, and counts names that differ in case only. */
function ownName(name: string, header: string | undefined): string {
  const own = header?.trim() ?? "";
  return own !== "" && name.startsWith(`${own}_`) ? own : name;
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
  return format === "json" ? jsonError(path, error) : new UserError(`${path}: ${duckdbMessage(error)}`);
}
