import { stat } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Decimal } from "./csv-dialect.ts";
import { withDuckDB } from "./duckdb.ts";
import { readableFormat, resolveFiles } from "./files.ts";
import { withPartitions } from "./partitions.ts";
import { readArrowFile } from "./read-arrow.ts";
import { type ReadColumns, readFileWithDuckDB } from "./read-duckdb.ts";
import { stackColumns } from "./stack.ts";
import type { SourcedTable } from "./table.ts";

export interface ReadOptions {
  /**
   * Columns that hold names: read as text, as it is written (`001` stays `001`). Names that a file has not
   * are passed over. @default none
   */
  text?: readonly string[];
  /** What stands before the decimals of numbers in CSV files. @default "." */
  decimal?: Decimal;
}

/**
 * Reads tables into one table in memory: Parquet, CSV and JSON lines through DuckDB, Arrow IPC through
 * apache-arrow. The rows of several files are stacked in order, columns matched by name; a column that a
 * file has not is missing on its rows.
 *
 * @param paths files and globs
 * @throws UserError for a missing file, and for a file that is not what its name says
 */
export async function readTable(
  paths: string | readonly string[],
  options: ReadOptions = {},
): Promise<SourcedTable> {
  const parts = await readTables(paths, options);
  const files = parts.flatMap((part) => part.files);
  return { ...stackColumns(parts), files };
}

/** Reads tables as `readTable` does, each file into a table of its own. */
export async function readTables(
  paths: string | readonly string[],
  options: ReadOptions = {},
): Promise<SourcedTable[]> {
  const given = typeof paths === "string" ? [paths] : paths;
  const text = new Set(options.text);
  // Arrow alone needs no DuckDB, which takes a tenth of a second to load.
  if (await allPlainArrow(given)) return readEach(given, (path) => readArrowFile(path, text));
  return withDuckDB(async (connection) => {
    const files = await resolveFiles(connection, given);
    return readEach(files, (path) => readOne(connection, path, text, options.decimal));
  });
}

function readOne(
  connection: DuckDBConnection,
  path: string,
  text: ReadonlySet<string>,
  decimal: Decimal | undefined,
): Promise<ReadColumns> {
  const format = readableFormat(path);
  return format === "arrow"
    ? readArrowFile(path, text)
    : readFileWithDuckDB(connection, path, format, text, decimal);
}

async function allPlainArrow(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    if (!/\.(arrow|arrows|feather|ipc)$/i.test(path)) return false;
    if (!(await stat(path).catch(() => undefined))?.isFile()) return false;
  }
  return true;
}

async function readEach(
  paths: readonly string[],
  read: (path: string) => Promise<ReadColumns>,
): Promise<SourcedTable[]> {
  const tables: SourcedTable[] = [];
  for (const path of paths) {
    const columns = withPartitions(path, await read(path));
    tables.push({
      ...columns,
      files: [{ path, rows: columns.rows, ...firstLine(path, columns.skippedLines) }],
    });
  }
  return tables;
}

/** A row of a text file is a line; the header of a CSV file is the first one. */
function firstLine(path: string, skipped = 0): { firstLine?: number } {
  const format = readableFormat(path);
  if (format === "csv") return { firstLine: 2 + skipped };
  return format === "json" && !/\.json(\.gz)?$/i.test(path) ? { firstLine: 1 } : {};
}
