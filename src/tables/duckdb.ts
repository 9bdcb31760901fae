import { availableParallelism } from "node:os";
import type { DuckDBConnection } from "@duckdb/node-api";

/**
 * Opens an in-memory DuckDB, lends its connection, and closes both. The one place where DuckDB starts:
 * it is loaded on first use (about 0.1 s), has two threads at most (tables are small, cores belong to the
 * solver), and fetches no extension over the network.
 */
export async function withDuckDB<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(Math.min(2, availableParallelism())),
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A string as an SQL literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A path as an SQL literal that DuckDB takes as it stands, even where it holds `*`, `?` or `[`. */
export function quotePath(path: string): string {
  return quoteText(path.replace(/[*?[]/g, "[$&]"));
}

/** DuckDB's message in one line, without the quoted query and the name of the error's class. */
export function duckdbMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/\n+LINE \d+:[\s\S]*$/, "")
    .replace(/^(Invalid Input|Invalid|Out of Range|Binder|Parser|Catalog|Conversion|IO) Error:\s*/, "")
    .replace(/\s+/g, " ")
    .replace(/ Candidate functions:.*$/, "")
    .trim();
}
