import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../errors.ts";
import { texts } from "./cells.ts";
import type { CsvDialect, Decimal } from "./csv.ts";
import { fileNames, readableFormat, resolveFiles } from "./files.ts";
import { type RowLines, rowLines } from "./origin.ts";
import { readFileWithDuckDB } from "./read-duckdb.ts";
import { computeColumns, type ReadPart } from "./sql/computed-columns.ts";
import { withDuckDB } from "./sql/duckdb.ts";
import type { FileRelation } from "./sql/file-relation.ts";
import { type Column, findColumn, type ReadColumns, type SourcedTable, stackColumns } from "./table.ts";

/** Hive's name of a partition without a value. */
const NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

/**
 * The columns of a file with those that its folders name: of `role=fit/part-0.parquet` the column `role`, text. Writers of partitioned
 * tables leave such columns out of the files.
 *
 * @throws UserError where the file has a column of that name with another value
 */
function withPartitions(path: string, read: ReadColumns): ReadColumns {
  const added = partitionsOf(path).flatMap(([name, value]): Column[] => {
    const column = findColumn(read, name);
    if (column === undefined) return [{ name, type: "string", values: new Array(read.rows).fill(value) }];
    const other = texts(column).findIndex((text) => text !== value);
    if (other < 0) return [];
    throw new UserError(
      `${path}, row ${other + 1}, column ${JSON.stringify(name)}: ${JSON.stringify(texts(column)[other])}; the folder's name says ` +
        `${JSON.stringify(value)}; allowed: one value, in the folder's name or in the file`,
    );
  });
  return added.length === 0 ? read : { ...read, columns: [...read.columns, ...added] };
}

export function partitionsOf(path: string): [name: string, value: string | null][] {
  // From the root on, because a folder means the same from every working directory.
  return resolve(path)
    .split(/[\\/]/)
    .slice(0, -1)
    .flatMap((folder): [string, string | null][] => {
      const [, name, value] = /^([^=]+)=(.*)$/.exec(folder) ?? [];
      if (name === undefined || value === undefined) return [];
      return [[decoded(name), value === NO_VALUE ? null : decoded(value)]];
    });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export interface ReadOptions {
  /**
   * Columns that hold names: read as text, as it is written (`001` stays `001`). Names that a file lacks
   * are ignored. @default none
   */
  text?: readonly string[];
  /** The decimal separator of numbers in CSV files. @default "." */
  decimal?: Decimal;
  /** Whether rows have the name of their file in column `filename`, where the file has no such column. @default false */
  filename?: boolean;
  /** Whether whole numbers stay in arrays of numbers, as columns of float64. @default false */
  wholeAsFloat?: boolean;
  /** SQL expressions over the table's columns by the names of the columns that are made of them. @default none */
  computed?: ReadonlyMap<string, string>;
}

/**
 * Reads tables into one table in memory: Parquet, CSV and JSON lines through DuckDB, Arrow IPC through
 * apache-arrow. The rows of several files are stacked in order, columns matched by name; a column that a
 * file lacks is missing on its rows.
 *
 * @param paths files and globs
 * @throws UserError for a missing file, for a file of another format than its name says, and as `computeColumns` does
 */
export async function readTable(
  paths: string | readonly string[],
  options: ReadOptions = {},
): Promise<SourcedTable> {
  const { computed, decimal } = options;
  if (computed === undefined || computed.size === 0) return stacked(await readTables(paths, options));
  return withDuckDB(async (connection) => {
    const parts = await readParts(connection, given(paths), options);
    const source = given(paths).join(", ");
    const text = new Set(options.text);
    return computeColumns(connection, stacked(parts), parts, {
      expressions: computed,
      text,
      decimal,
      source,
    });
  });
}

/** Reads tables as `readTable` does, each file into a table of its own. */
export async function readTables(
  paths: string | readonly string[],
  options: ReadOptions = {},
): Promise<SourcedTable[]> {
  const files = given(paths);
  // Arrow alone needs no DuckDB, which takes a tenth of a second to load.
  if (await allPlainArrow(files)) {
    const parts = await Promise.all(files.map((path) => readPart(undefined, path, options)));
    return options.filename ? withFileNames(parts) : parts;
  }
  return withDuckDB((connection) => readParts(connection, files, options));
}

function given(paths: string | readonly string[]): readonly string[] {
  return typeof paths === "string" ? [paths] : paths;
}

function stacked(parts: readonly SourcedTable[]): SourcedTable {
  return { ...stackColumns(parts), files: parts.flatMap(({ files }) => files) };
}

type SourcedPart = ReadPart & SourcedTable;

async function readParts(
  connection: DuckDBConnection,
  paths: readonly string[],
  options: ReadOptions,
): Promise<SourcedPart[]> {
  const parts: SourcedPart[] = [];
  for (const path of await resolveFiles(connection, paths))
    parts.push(await readPart(connection, path, options));
  return options.filename ? withFileNames(parts) : parts;
}

/** Column of the names of the files that rows come from. */
export const FILE_NAME = "filename";

/** Tables with the column `filename`, in place where they have one. */
export function withFileNames<Part extends SourcedTable>(parts: readonly Part[]): Part[] {
  const names = fileNames(parts.flatMap(({ files }) => files.map(({ path }) => path)));
  let next = 0;
  return parts.map((part) => {
    const values = part.files.flatMap(({ rows }) => new Array<string>(rows).fill(names[next++]!));
    if (findColumn(part, FILE_NAME) !== undefined) return part;
    return {
      ...part,
      columns: [...part.columns, { name: FILE_NAME, type: "string", values }],
      // Files named 1.csv, 2.csv measure nothing.
      noNumbers: new Map([...(part.noNumbers ?? []), [FILE_NAME, "a file's name"]]),
    };
  });
}

/** @param connection to DuckDB; Arrow files need none */
async function readPart(
  connection: DuckDBConnection | undefined,
  path: string,
  { text: names, decimal, wholeAsFloat }: ReadOptions,
): Promise<SourcedPart> {
  const format = readableFormat(path);
  const text = new Set(names);
  const read: ReadColumns & { relation?: FileRelation } =
    format === "arrow" || connection === undefined
      ? await (await import("./read-arrow.ts")).readArrowFile(path, text, wholeAsFloat)
      : await readFileWithDuckDB(connection, path, format, { text, decimal, wholeAsFloat });
  const columns = withPartitions(path, read);
  const { relation } = read;
  const files = [{ path, rows: read.rows, ...linesOf(path, read.rows, relation?.dialect) }];
  return { ...columns, path, files, ...(relation && { relation }) };
}

async function allPlainArrow(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    if (!/\.(arrow|arrows|feather|ipc)$/i.test(path)) return false;
    if (!(await stat(path).catch(() => undefined))?.isFile()) return false;
  }
  return true;
}

/** Lines of the rows of a CSV file, or of a JSON file whose name says that a row is a line. */
function linesOf(path: string, rows: number, dialect: CsvDialect | undefined): { lines?: RowLines } {
  if (dialect === undefined && !/\.(jsonl|ndjson)(\.gz)?$/i.test(path)) return {};
  return { lines: rowLines(path, rows, dialect) };
}
