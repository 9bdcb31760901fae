import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { insertTable, quoteText, withDuckDB } from "./sql/duckdb.ts";
import { stackColumns } from "./stack.ts";
import type { Table } from "./table.ts";

/** Rows of a part: one row group of DuckDB's. */
const PART_ROWS = 122_880;

/**
 * Writes a table of any length to Parquet (zstd), as its rows come: some 100,000 are held at a time. They
 * stand in parts beside each other until all are there, as DuckDB writes a file in one piece only.
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
 * @param folder for the parts; theirs alone, and the caller's to remove
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
    await withOneThread(async (connection) => {
      const relation = await insertTable(connection, stacked, "rows");
      await connection.run(copyTo(`SELECT * FROM ${relation}`, path));
    });
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

/** DuckDB on one thread: each thread of a writer holds row groups of its own, and the solver wants the cores. */
function withOneThread(use: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
  return withDuckDB(async (connection) => {
    await connection.run("SET threads = 1");
    await use(connection);
  });
}

function copyTo(query: string, path: string): string {
  return `COPY (${query}) TO ${quoteText(path)} (FORMAT parquet, COMPRESSION zstd)`;
}
