import { totalmem } from "node:os";
import type { DuckDBConnection } from "@duckdb/node-api";
import { duckdbMessage, quoteName, quoteText } from "./duckdb.ts";
import { didYouMean } from "./nearest.ts";
import { type RelationOptions, readRelation } from "./read-duckdb.ts";
import { describe, type RelationColumn } from "./relation.ts";
import { SQL_FUNCTIONS } from "./sql-functions.ts";
import type { ReadColumns } from "./table.ts";

/** How long the SQL of a user may take. */
const TIME_LIMIT_MS = 60_000;

/** Names that DuckDB takes for the time or the session where no column has them. */
const SESSION_NAMES =
  /^(current_(date|time|timestamp|user|role|schema|catalog)|session_user|user|localtime(stamp)?)$/;

/**
 * Confines a connection for good before SQL of a user runs on it: from now on it reads the tables that it holds and the named files, and
 * nothing else. It writes nothing, loads no extension, and neither can be changed back.
 *
 * @param files that the user's own query is over
 */
export async function confine(connection: DuckDBConnection, files: readonly string[] = []): Promise<void> {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  const settings = [
    `allowed_paths = [${files.map(quoteText).join(", ")}]`,
    "temp_directory = ''",
    `memory_limit = '${Math.max(1024, Math.round(memory / 2 ** 21))}MiB'`,
    "allow_community_extensions = false",
    "enable_external_access = false",
    "lock_configuration = true",
  ];
  for (const setting of settings) await connection.run(`SET ${setting}`);
}

/** A query with an expression of a user's. */
export interface UserSql {
  expression: string;
  /** What the expression is over, in SQL. */
  from: string;
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
 * Reads the rows of a query with an expression of a user's: the one way that SQL from outside is run. It is one expression, calls the
 * functions of `SQL_FUNCTIONS`, gives one column, and ends within the time limit.
 *
 * @param connection confined by `confine`
 * @throws Error that says what is wrong with the expression
 */
export async function readUserSql(connection: DuckDBConnection, given: UserSql): Promise<ReadColumns> {
  const { from, query, options, timeLimitMs = TIME_LIMIT_MS } = given;
  await demandExpression(connection, given.expression);
  // The line break ends a comment within the expression.
  const expression = `(${given.expression}\n)`;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    connection.interrupt();
  }, timeLimitMs);
  try {
    const { columns } = await describe(connection, `(SELECT ${expression} AS value FROM ${from})`);
    if (columns.length !== 1) throw new Error("it gives several columns for one");
    const relation = await describe(connection, `(${query(expression)})`);
    return await readRelation(connection, relation, options?.(columns[0]!));
  } catch (error) {
    if (isLate) throw new Error(`it took longer than ${timeLimitMs / 1000} s`);
    if (!/disabled by configuration/.test(duckdbMessage(error))) throw error;
    throw new Error("it reads a file, and the table is all that it may read");
  } finally {
    clearTimeout(timer);
  }
}

/** Rows of a relation that a predicate of a user's holds for. Errors as those of `readUserSql`, and for what is no predicate. */
export function readWhere(
  connection: DuckDBConnection,
  { predicate, columns, from }: { predicate: string; columns: readonly string[]; from: string },
): Promise<ReadColumns> {
  return readUserSql(connection, {
    expression: predicate,
    from,
    query: (expression) => `SELECT ${columns.map(quoteName).join(", ")} FROM ${from} WHERE ${expression}`,
    options: ({ type }) => {
      if (type.toString() === "BOOLEAN") return {};
      throw new Error(`it gives ${type} where a predicate is true or false`);
    },
  });
}

const MORE_THAN_ONE = "it is more than one expression";

/** A part of a syntax tree, as DuckDB serialises it. */
type SyntaxNode = Readonly<Record<string, unknown>>;

/** Demands that a text is one expression, complete in itself, and one that users may give. */
async function demandExpression(connection: DuckDBConnection, text: string): Promise<void> {
  const [tree, plain] = [await syntaxOf(connection, text), await syntaxOf(connection, "1")];
  const [statement, ...others] = tree.statements;
  // A bracket closed too early makes more of the query than its one value.
  const isOne =
    others.length === 0 &&
    valuesOf(statement!).length === 1 &&
    restOf(statement!) === restOf(plain.statements[0]!);
  if (!isOne) throw new Error(MORE_THAN_ONE);
  for (const node of nodesOf(valuesOf(statement!))) demandAllowed(node);
}

interface Syntax {
  statements: readonly { node: SyntaxNode }[];
}

async function syntaxOf(connection: DuckDBConnection, expression: string): Promise<Syntax> {
  const statement = await connection.prepare("SELECT json_serialize_sql($1::VARCHAR)");
  statement.bindVarchar(1, `SELECT (${expression}\n)`);
  const reader = await statement.runAndReadAll();
  const tree = JSON.parse(String(reader.getRowsJS()[0]![0])) as Syntax & { error_message?: string };
  if (tree.error_message?.startsWith("Only SELECT")) throw new Error(MORE_THAN_ONE);
  if (tree.error_message !== undefined) throw new Error(tree.error_message);
  return tree;
}

function valuesOf({ node }: Syntax["statements"][number]): readonly unknown[] {
  return Array.isArray(node.select_list) ? node.select_list : [];
}

/** All of a statement but its values and where they stand in the text. */
function restOf({ node }: Syntax["statements"][number]): string {
  const leave = (key: string, value: unknown): unknown => (key === "query_location" ? undefined : value);
  return JSON.stringify({ ...node, select_list: undefined }, leave);
}

function* nodesOf(value: unknown): Generator<SyntaxNode> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as SyntaxNode;
  for (const inner of Object.values(value)) yield* nodesOf(inner);
}

function demandAllowed(node: SyntaxNode): void {
  const { type, function_name: given, column_names: names } = node;
  if (type === "TABLE_FUNCTION")
    throw new Error("it reads from a function, and the table is all that it may read");
  if (type === "VALUE_PARAMETER") throw new Error("it has a parameter (? or $1)");
  if (Array.isArray(names) && names.length === 1 && SESSION_NAMES.test(String(names[0]).toLowerCase())) {
    throw new Error(`${names[0]} differs from call to call`);
  }
  const name = String(given ?? "").toLowerCase();
  if (name === "" || SQL_FUNCTIONS.has(name)) return;
  throw new Error(
    `no function ${JSON.stringify(name)} in SQL of users${didYouMean(name, [...SQL_FUNCTIONS])}`,
  );
}
