import { lstat, writeFile } from "node:fs/promises";
import { UserError } from "../errors.ts";
import { demandFilePlace } from "../store/places.ts";
import { writeAtomically } from "./atomic.ts";
import { formatCsv } from "./csv.ts";
import { quoteText, withDuckDB } from "./duckdb.ts";
import { insertTable } from "./duckdb-insert.ts";
import type { Table } from "./table.ts";
import { writeArrowFile } from "./write-arrow.ts";

type Writer = (temporary: string, table: Table) => Promise<void>;

const WRITERS: readonly (readonly [ending: RegExp, writer: Writer])[] = [
  [/\.(parquet|pq)$/i, writeParquetFile],
  [/\.(arrow|feather|ipc)$/i, writeArrowFile],
  [/\.csv$/i, (temporary, table) => writeFile(temporary, formatCsv(table))],
];

function writerFor(path: string): Writer {
  const writer = WRITERS.find(([ending]) => ending.test(path))?.[1];
  if (writer !== undefined) return writer;
  throw new UserError(
    `${path}: cannot tell the format to write from this name; allowed endings are .parquet, .arrow, .feather and .csv`,
  );
}

/** Throws the UserError that `writeTable` would throw for this path, and that of `demandWritable`, before work is done. */
export async function checkWritable(path: string, force: boolean): Promise<void> {
  writerFor(path);
  await demandWritable(path, force);
}

/**
 * Demands a place where a file can be written, and where nothing is unless it may be replaced.
 *
 * @throws UserError
 */
export async function demandWritable(path: string, force: boolean): Promise<void> {
  await demandFilePlace(path);
  if (!force) await demandFree(path);
}

/**
 * Demands that nothing is at a path where a file is to be written.
 *
 * @param elsewhere what to give in its place, for the message
 * @throws UserError
 */
export async function demandFree(path: string, elsewhere = "another --out"): Promise<void> {
  if ((await lstat(path).catch(() => undefined)) === undefined) return;
  throw new UserError(`${path}: is there already; give ${elsewhere}, or --force to replace it`);
}

/**
 * Writes a table, whole or not at all: Parquet (zstd), Arrow IPC or CSV by the end of the name. A missing
 * number (NaN) is written as null.
 *
 * @throws UserError for an unknown ending and for a folder that does not exist
 */
export async function writeTable(path: string, table: Table): Promise<void> {
  const write = writerFor(path);
  for (const { name, values } of table.columns) {
    if (values.length === table.rows) continue;
    throw new RangeError(`column ${name} has ${values.length} values in a table of ${table.rows} rows`);
  }
  await writeAtomically(path, (temporary) => write(temporary, table));
}

async function writeParquetFile(temporary: string, table: Table): Promise<void> {
  await withDuckDB(async (connection) => {
    const relation = await insertTable(connection, table, "rows");
    await connection.run(
      `COPY (SELECT * FROM ${relation}) TO ${quoteText(temporary)} (FORMAT parquet, COMPRESSION zstd)`,
    );
  });
}
