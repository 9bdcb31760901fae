import { join } from "node:path";
import { quoteText, withDuckDB } from "../../src/tables/sql/duckdb.ts";

/** Writes the rows of an SQL query to a Parquet file, with the query's own types. */
export async function parquetOf(folder: string, name: string, query: string): Promise<string> {
  const path = join(folder, name);
  await withDuckDB(async (connection) => {
    await connection.run(`COPY (${query}) TO ${quoteText(path)} (FORMAT parquet)`);
  });
  return path;
}
