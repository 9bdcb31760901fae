import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../errors.ts";
import { arrowRelation } from "./arrow-relation.ts";
import { checkContent } from "./check-content.ts";
import { duckdbMessage, quoteName, withDuckDB } from "./duckdb.ts";
import { fileError, fileRelation } from "./file-relation.ts";
import { readableFormat, resolveFiles } from "./files.ts";
import { didYouMean } from "./nearest.ts";
import { readRelation } from "./read-duckdb.ts";
import { describe, type Relation } from "./relation.ts";
import type { Table } from "./table.ts";

export interface QueryOptions {
  /** SQL predicate on the columns, in DuckDB's dialect: `task = 'c4' AND abs_error < 0.05`. @default all rows */
  where?: string;
  /** Columns in the order wanted. @default all */
  columns?: readonly string[];
}

/**
 * Reads the rows of one table file that a predicate holds for.
 *
 * @throws UserError for a missing file, an unknown column, and a predicate that DuckDB does not take (with
 * its message)
 */
export async function queryTable(path: string, options: QueryOptions = {}): Promise<Table> {
  return withDuckDB(async (connection) => {
    const [file] = await resolveFiles(connection, [path]);
    if (file === undefined) throw new UserError(`${path}: no such file`);
    const source = await relationOf(connection, file);
    const known = source.columns.map(({ name }) => name);
    const columns = options.columns ?? known;
    for (const name of columns) {
      if (known.includes(name)) continue;
      throw new UserError(
        `${path}: no column ${JSON.stringify(name)}${didYouMean(name, known)}; the columns are ${known.join(", ")}`,
      );
    }
    const list = columns.map(quoteName).join(", ");
    const where = options.where === undefined ? "" : ` WHERE (${options.where}\n)`;
    try {
      const relation = await describe(connection, `(SELECT ${list} FROM ${source.sql}${where})`);
      const { rows, columns: read } = await readRelation(connection, relation);
      return { rows, columns: read };
    } catch (error) {
      const asked = options.where === undefined ? "" : `--where ${JSON.stringify(options.where)} on `;
      throw new UserError(`${asked}${path}: ${duckdbMessage(error)}`);
    }
  });
}

async function relationOf(connection: DuckDBConnection, file: string): Promise<Relation> {
  const format = readableFormat(file);
  try {
    if (format === "arrow") return await arrowRelation(connection, file, "arrow", () => true);
    await checkContent(file, format);
    const relation = await fileRelation(connection, file, format);
    const twin = relation.columns.find(({ name, sql }) => sql !== quoteName(name));
    if (twin === undefined) return relation;
    throw new UserError(
      `${file}: column ${JSON.stringify(twin.name)} differs from another in case only, which SQL does not tell apart`,
    );
  } catch (error) {
    throw await fileError(connection, file, format, error);
  }
}
