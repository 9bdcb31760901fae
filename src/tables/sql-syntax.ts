import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteName } from "./duckdb.ts";
import { BOUNDED_FUNCTIONS, SQL_FUNCTIONS } from "./sql-functions.ts";

/** Signs that an expression may have: DuckDB takes minutes over chains of 100,000 operators, and does not look at its time limit. */
const MOST_SIGNS = 20_000;

/** Names that DuckDB takes for the time or the session where no column has them. */
const SESSION_NAMES =
  /^(current_(date|time|timestamp|user|role|schema|catalog)|session_user|user|localtime(stamp)?)$/;

const MORE_THAN_ONE = "it is more than one expression";

/** What an expression may read. */
export interface Readable {
  /** Name of the table, for subqueries. */
  table: string;
  columns: readonly string[];
}

/** A part of a syntax tree, as DuckDB serialises it. */
type SyntaxNode = Readonly<Record<string, unknown>>;

interface Statement {
  node: SyntaxNode;
}

/**
 * Demands that a text is one expression, complete in itself, and one that users may give: it calls functions of `SQL_FUNCTIONS`, and its
 * subqueries are over the table.
 *
 * @throws Error that says what is wrong with it
 */
export async function demandExpression(
  connection: DuckDBConnection,
  text: string,
  readable: Readable,
): Promise<void> {
  if (text.trim() === "") throw new Error("it is empty");
  if (text.length > MOST_SIGNS)
    throw new Error(`it has ${text.length} signs; at most ${MOST_SIGNS} are allowed`);
  const [statement, ...others] = await syntaxOf(connection, `(${text}\n)`);
  const [plain] = await syntaxOf(connection, "(1)");
  const isOne =
    others.length === 0 && valuesOf(statement!).length === 1 && restOf(statement!) === restOf(plain!);
  if (!isOne) throw new Error(MORE_THAN_ONE);
  if (/^\s*(SELECT|WITH|FROM|VALUES)\b/i.test(text))
    throw new Error("a subquery stands in brackets of its own");
  // A round bracket that is closed too early does not fit square ones.
  await syntaxOf(connection, `[${text}\n]`);
  const columns = new Set(readable.columns.map((name) => name.toLowerCase()));
  for (const node of nodesOf(valuesOf(statement!))) {
    demandOwnTables(node, readable.table);
    demandSameEachTime(node, columns);
    demandFunction(node, readable.columns);
  }
}

async function syntaxOf(connection: DuckDBConnection, value: string): Promise<readonly Statement[]> {
  const prepared = await connection.prepare("SELECT json_serialize_sql($1::VARCHAR)");
  prepared.bindVarchar(1, `SELECT ${value}`);
  const [row] = (await prepared.runAndReadAll()).getRowsJS();
  const tree = parsed(String(row![0]));
  if (tree.error_message?.startsWith("Only SELECT")) throw new Error(MORE_THAN_ONE);
  if (tree.error_message !== undefined) throw new Error(tree.error_message);
  return tree.statements;
}

function parsed(json: string): { statements: readonly Statement[]; error_message?: string } {
  try {
    return JSON.parse(json);
  } catch {
    throw new Error("it has a number that is not finite");
  }
}

function valuesOf({ node }: Statement): readonly unknown[] {
  return Array.isArray(node.select_list) ? node.select_list : [];
}

/** All of a statement but its values and where they stand in the text. */
function restOf({ node }: Statement): string {
  const leave = (key: string, value: unknown): unknown => (key === "query_location" ? undefined : value);
  return JSON.stringify({ ...node, select_list: undefined }, leave);
}

function* nodesOf(value: unknown): Generator<SyntaxNode> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as SyntaxNode;
  for (const inner of Object.values(value)) yield* nodesOf(inner);
}

function demandOwnTables(node: SyntaxNode, table: string): void {
  const { type, table_name: name, schema_name: schema, sample, cte_map: named } = node;
  const isOwn = String(name).toLowerCase() === table.toLowerCase() && !schema;
  if (type === "TABLE_FUNCTION" || type === "SHOW_REF" || (type === "BASE_TABLE" && !isOwn)) {
    throw new Error(`it reads something else than the table, which is called ${table} in subqueries`);
  }
  // A name of its own would stand for another table elsewhere.
  if ((named as { map: unknown[] } | undefined)?.map.length)
    throw new Error("it has WITH; allowed: subqueries without");
  if (sample) throw new Error("it draws a sample, which differs from call to call");
  if (type === "VALUE_PARAMETER") throw new Error("it has a parameter (? or $1)");
}

function demandSameEachTime({ type, column_names: names }: SyntaxNode, columns: ReadonlySet<string>): void {
  if (type !== "COLUMN_REF" || !Array.isArray(names) || names.length !== 1) return;
  const name = String(names[0]).toLowerCase();
  if (SESSION_NAMES.test(name) && !columns.has(name)) throw new Error(`${name} differs from call to call`);
}

function demandFunction({ function_name: given, children }: SyntaxNode, columns: readonly string[]): void {
  const name = String(given ?? "").toLowerCase();
  if (name === "" || SQL_FUNCTIONS.has(name)) return;
  const bound = BOUNDED_FUNCTIONS.get(name);
  if (bound === undefined) {
    // `Params (B) * 1e9` calls a function params.
    const meant = columns.find((column) => column.toLowerCase().startsWith(`${name} (`));
    const quoted =
      meant === undefined
        ? ""
        : `; the name of a column that is not plain stands in quotes: ${quoteName(meant)}`;
    throw new Error(
      `${name} is none of the functions that expressions may call (docs/tables.md has them)${quoted}`,
    );
  }
  const value = (Array.isArray(children) ? (children as SyntaxNode[]) : [])[bound.argument];
  const { value: constant } = (value?.value ?? {}) as { value?: unknown };
  if (!bound.isAllowed(constant)) throw new Error(`${name}: allowed: ${bound.allowed}`);
}
