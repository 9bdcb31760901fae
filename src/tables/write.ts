import { lstat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Vector } from "apache-arrow";
import { UserError } from "../errors.ts";
import { writeAtomically } from "../store/atomic.ts";
import { demandFilePlace } from "../store/places.ts";
import { formatCsv } from "./csv.ts";
import { insertTable, quoteText, withDuckDB } from "./sql/duckdb.ts";
import { type Column, stackColumns, type Table } from "./table.ts";

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

/** Throws, before any work is done, the UserError that `writeTable` or `demandWritable` would throw for this path. */
export async function checkWritable(path: string, force: boolean): Promise<void> {
  writerFor(path);
  await demandWritable(path, force);
}

/**
 * Demands that a file can be written at a path, and that the path is free unless its file may be replaced.
 *
 * @throws UserError
 */
export async function demandWritable(path: string, force: boolean, elsewhere?: string): Promise<void> {
  await demandFilePlace(path);
  if (!force) await demandFree(path, elsewhere);
}

/**
 * Demands that a path where a file is to be written is free.
 *
 * @param elsewhere what the user can give instead, for the message
 * @throws UserError
 */
export async function demandFree(path: string, elsewhere = "another --out"): Promise<void> {
  if ((await lstat(path).catch(() => undefined)) === undefined) return;
  throw new UserError(`${path}: already exists; give ${elsewhere}, or --force to replace it`);
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

function writeParquetFile(temporary: string, table: Table): Promise<void> {
  return withDuckDB(async (connection) => {
    await copyRows(connection, await insertTable(connection, table, ROWS), temporary);
  });
}

/** Writes the table that a connection holds as Parquet (zstd); it holds nothing of it afterwards. */
async function copyRows(connection: DuckDBConnection, relation: string, path: string): Promise<void> {
  await connection.run(copyTo(`SELECT * FROM ${relation}`, path));
  await connection.run(`DROP TABLE temp.${ROWS}`);
}

/** Name of the table that is being written. */
const ROWS = "rows";

/** Writes tables as Parquet (zstd), one after the other. */
export async function writeParquetTables(
  tables: Iterable<readonly [path: string, table: Table]>,
): Promise<void> {
  await withOneThread(async (connection, connect) => {
    const connections = [connection, await connect()];
    let writing = Promise.resolve();
    let count = 0;
    try {
      for (const [path, table] of tables) {
        const next = connections[count++ % 2]!;
        // While one connection writes, this thread hands the other the next table.
        const relation = await insertTable(next, table, ROWS);
        await writing;
        writing = copyRows(next, relation, path);
        // Who waits for it learns of an error.
        writing.catch(() => {});
      }
    } finally {
      await writing;
    }
  });
}

type Arrow = typeof import("apache-arrow");

/** Writes a table as an Arrow IPC file, not compressed. Missing numbers are null, text is Utf8. */
async function writeArrowFile(path: string, table: Table): Promise<void> {
  const arrow = await import("apache-arrow");
  const vectors: Record<string, Vector> = {};
  for (const column of table.columns) vectors[column.name] = toVector(arrow, column);
  await writeFile(path, arrow.tableToIPC(new arrow.Table(vectors), "file"));
}

function toVector(arrow: Arrow, column: Column): Vector {
  if (column.type === "string") return arrow.vectorFromArray(column.values, new arrow.Utf8());
  if (column.type === "boolean") return arrow.vectorFromArray(column.values, new arrow.Bool());
  const length = column.values.length;
  if (column.type === "float64") {
    const data = column.values;
    return arrow.makeVector(
      arrow.makeData({ type: new arrow.Float64(), length, data, ...validity(data, Number.isNaN) }),
    );
  }
  const data = BigInt64Array.from(column.values, (value) => BigInt(value ?? 0));
  return arrow.makeVector(
    arrow.makeData({ type: new arrow.Int64(), length, data, ...validity(column.values, (v) => v === null) }),
  );
}

/** Arrow's validity bitmap: bit i is set if value i is not missing, lowest bit first. */
function validity<T>(
  values: ArrayLike<T>,
  isMissing: (value: T) => boolean,
): { nullCount: number; nullBitmap?: Uint8Array } {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  let nullCount = 0;
  for (let i = 0; i < values.length; i++) {
    const byte = i >> 3;
    if (isMissing(values[i] as T)) nullCount++;
    else nullBitmap[byte] = (nullBitmap[byte] ?? 0) | (1 << (i & 7));
  }
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap };
}

/** Number of rows of a part, which is one row group of DuckDB. */
const PART_ROWS = 122_880;

/**
 * Writes a table of any length to Parquet (zstd) as its rows arrive; about 100,000 are held in memory. They
 * are kept in separate files until the end, because DuckDB writes a file only as a whole.
 */
export interface ParquetStream {
  /** Adds rows; every table has the same columns. */
  append(table: Table): Promise<void>;
  /**
   * Joins the parts.
   *
   * @returns rows in all
   */
  finish(path: string): Promise<number>;
}

/**
 * Opens a stream.
 *
 * @param folder for the parts only, which the caller removes
 * @param empty a table without rows that has the columns
 */
export function parquetStream(folder: string, empty: Table): ParquetStream {
  const parts: string[] = [];
  let held: Table[] = [];
  let heldRows = 0;
  let rows = 0;
  const flush = async (): Promise<void> => {
    const path = join(folder, `part-${parts.length}.parquet`);
    const stacked = stackColumns([empty, ...held].map((table) => ({ ...table, literalNaN: new Map() })));
    await writeParquetTables([[path, stacked]]);
    parts.push(path);
    rows += heldRows;
    held = [];
    heldRows = 0;
  };
  return {
    async append(table) {
      held.push(table);
      heldRows += table.rows;
      if (heldRows >= PART_ROWS) await flush();
    },
    async finish(path) {
      if (heldRows > 0 || parts.length === 0) await flush();
      await withOneThread(async (connection) => {
        const list = parts.map(quoteText).join(", ");
        await connection.run(copyTo(`SELECT * FROM read_parquet([${list}])`, path));
      });
      return rows;
    },
  };
}

/** DuckDB on one thread: every thread of a writer holds row groups in memory, and the solver needs the cores. */
function withOneThread(use: Parameters<typeof withDuckDB<void>>[0]): Promise<void> {
  return withDuckDB(async (connection, connect) => {
    await connection.run("SET threads = 1");
    await use(connection, connect);
  });
}

function copyTo(query: string, path: string): string {
  return `COPY (${query}) TO ${quoteText(path)} (FORMAT parquet, COMPRESSION zstd)`;
}
