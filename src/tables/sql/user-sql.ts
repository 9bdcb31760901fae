import type { DuckDBConnection } from "@duckdb/node-api";
import { machineMemory } from "../../store/machine.ts";
import { type RelationOptions, readRelation } from "../read-duckdb.ts";
import type { ReadColumns } from "../table.ts";
import { duckdbMessage, quoteName, quoteText } from "./duckdb.ts";
import { describe, type RelationColumn } from "./relation.ts";
import { demandExpression } from "./sql-syntax.ts";

/** How long a user's SQL may run, in milliseconds. */
const TIME_LIMIT_MS = 60_000;

/**
 * Confines a connection permanently before a user's SQL runs on it: from then on it reads only the tables that it holds and the named
 * files, writes nothing and loads no extension. Times are in UTC, so that results do not depend on the machine.
 *
 * @param files that the user's query reads
 */
export async function confine(connection: DuckDBConnection, files: readonly string[] = []): Promise<void> {
  const settings = [
    `allowed_paths = [${files.map(quoteText).join(", ")}]`,
    "temp_directory = ''",
    `memory_limit = '${Math.max(1024, Math.round(machineMemory() / 2 ** 21))}MiB'`,
    "TimeZone = 'UTC'",
    "allow_community_extensions = false",
    "enable_external_access = false",
    "lock_configuration = true",
  ];
  for (const setting of settings) await connection.run(`SET ${setting}`);
}

/** A query with an expression that a user gave. */
export interface UserSql {
  expression: string;
  /** What the expression is over, in SQL. */
  from: string;
  /** The name of the table in it, for subqueries. */
  table: string;
  /** The query that the expression is part of. */
  query(expression: string): string;
  /**
   * How the query's rows are read.
   *
   * @throws Error where the expression is of the wrong type
   */
  options?(value: RelationColumn): RelationOptions;
  /** @default 60,000 */
  timeLimitMs?: number;
}

/**
 * Reads the rows of a query with a user's expression: the only way in which SQL from outside is run. It must be a single expression that
 * calls only functions of `SQL_FUNCTIONS`, gives one column, and ends within the time limit.
 *
 * @param connection confined by `confine`
 * @throws Error that says what is wrong with the expression
 */
export async function readUserSql(connection: DuckDBConnection, given: UserSql): Promise<ReadColumns> {
  const { from, table, query, options, timeLimitMs = TIME_LIMIT_MS } = given;
  const { columns: inputs } = await describe(connection, from);
  await demandExpression(connection, given.expression, { table, columns: inputs.map(({ name }) => name) });
  // The line break ends a comment within the expression.
  const expression = `(${given.expression}\n)`;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    connection.interrupt();
  }, timeLimitMs);
  try {
    const { columns } = await describe(connection, `(SELECT ${expression} AS value FROM ${from})`);
    if (columns.length !== 1) throw new Error("it gives several columns instead of one");
    const relation = await describe(connection, `(${query(expression)})`);
    return await readRelation(connection, relation, options?.(columns[0]!));
  } catch (error) {
    if (isLate) throw new Error(`it took longer than ${timeLimitMs / 1000} s`);
    if (!/disabled by configuration/.test(duckdbMessage(error))) throw error;
    throw new Error("it reads a file; allowed: the table only");
  } finally {
    clearTimeout(timer);
  }
}

/** Rows of a relation for which a user's predicate holds. @throws Error as `readUserSql` does, and for an expression that is not a predicate */
export function readWhere(
  connection: DuckDBConnection,
  {
    predicate,
    columns,
    from,
    table,
  }: Pick<UserSql, "from" | "table"> & { predicate: string; columns: readonly string[] },
): Promise<ReadColumns> {
  return readUserSql(connection, {
    expression: predicate,
    from,
    table,
    query: (expression) => `SELECT ${columns.map(quoteName).join(", ")} FROM ${from} WHERE ${expression}`,
    options: ({ type }) => {
      if (type.toString() === "BOOLEAN") return {};
      throw new Error(`it gives ${type} where a predicate is true or false`);
    },
  });
}
