import { parse } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { didYouMean, shortened, UserError } from "../../errors.ts";
import { checkContent, readableFormat, resolveFiles } from "../files.ts";
import { readRelation } from "../read-duckdb.ts";
import type { Table } from "../table.ts";
import { duckdbMessage, quoteName, withDuckDB } from "./duckdb.ts";
import { fileError, fileRelation } from "./file-relation.ts";
import { describe, type Relation } from "./relation.ts";

export interface QueryOptions {
  /** SQL predicate on the columns, in DuckDB's dialect: `task = 'c4' AND abs_error < 0.05`. @default all rows */
  where?: string;
  /** Names of the columns, in the order of the result. @default all */
  columns?: readonly string[];
}

/**
 * Reads the rows of one table file for which a predicate holds.
 *
 * @throws UserError for a missing file, an unknown column, and a predicate that DuckDB does not take (with
 * its message)
 */
export async function queryTable(path: string, options: QueryOptions = {}): Promise<Table> {
  return withDuckDB((connection) => queryTableOn(connection, path, options));
}

/**
 * As `queryTable`, on a connection that a predicate confines to the file: it is the last query there.
 *
 * @internal as `csvError`
 */
export async function queryTableOn(
  connection: DuckDBConnection,
  path: string,
  options: QueryOptions = {},
): Promise<Table> {
  const [file] = await resolveFiles(connection, [path]);
  if (file === undefined) throw new UserError(`${path}: no such file`);
  const source = await relationOf(connection, file);
  const names = source.columns.map(({ name }) => name);
  const columns = options.columns ?? names;
  for (const name of columns) {
    if (names.includes(name)) continue;
    throw new UserError(
      `${path}: no column ${JSON.stringify(name)}${didYouMean(name, names)}; the columns are ${names.join(", ")}`,
    );
  }
  const { where } = options;
  try {
    const { rows, columns: read } =
      where === undefined
        ? await readRelation(
            connection,
            await describe(connection, `(SELECT ${columns.map(quoteName).join(", ")} FROM ${source.sql})`),
          )
        : await (await import("./user-sql.ts")).readWhere(connection, {
            predicate: where,
            columns,
            ...(await confineTo(connection, file, source)),
          });
    return { rows, columns: read };
  } catch (error) {
    const asked = where === undefined ? "" : `--where ${JSON.stringify(shortened(where))} on `;
    throw new UserError(`${asked}${path}: ${duckdbMessage(error)}`);
  }
}

/**
 * Confines a connection to a file.
 *
 * @returns what to select from then: the table by the file's name, so that subqueries can name it too
 */
async function confineTo(
  connection: DuckDBConnection,
  file: string,
  { sql }: Relation,
): Promise<{ from: string; table: string }> {
  const table = parse(file).name.replace(/\..*$/, "");
  // With confined access DuckDB searches the literal path, and `quotePath` writes such characters differently.
  const isPlain = !/[*?[]/.test(file);
  const name = `temp.${quoteName(table)}`;
  await connection.run(
    `CREATE TEMP ${isPlain ? "VIEW" : "TABLE"} ${quoteName(table)} AS SELECT * FROM ${sql}`,
  );
  const { confine } = await import("./user-sql.ts");
  await confine(connection, isPlain ? [file] : []);
  return { from: name, table };
}

async function relationOf(connection: DuckDBConnection, file: string): Promise<Relation> {
  const format = readableFormat(file);
  try {
    if (format === "arrow") {
      const { arrowRelation } = await import("./arrow-relation.ts");
      return await arrowRelation(connection, file, "arrow", () => true);
    }
    await checkContent(file, format);
    const relation = await fileRelation(connection, file, format);
    const twin = relation.columns.find(({ name, sql }) => sql !== quoteName(name));
    if (twin === undefined) return relation;
    throw new UserError(
      `${file}: column ${JSON.stringify(twin.name)} differs from another only in case, which SQL does not tell apart`,
    );
  } catch (error) {
    throw await fileError(connection, file, format, error);
  }
}
