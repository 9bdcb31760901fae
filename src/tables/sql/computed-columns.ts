import type { DuckDBConnection } from "@duckdb/node-api";
import { didYouMean, shortened, UserError } from "../../errors.ts";
import { listColumns } from "../cells.ts";
import type { Decimal } from "../csv.ts";
import type { ReadColumns, SourcedTable } from "../table.ts";
import { duckdbMessage, quoteName, quoteText } from "./duckdb.ts";
import { type FileRelation, withHugeIntegers } from "./file-relation.ts";
import { describe, exactSql, textSql } from "./relation.ts";
import { confine, readUserSql } from "./user-sql.ts";

/** Column of the row's number while DuckDB computes, so that a value is that of its row. */
const ROW = quoteName("lawfit row");

/** A column beside it, so that `*` is never one column alone. */
const OTHER = quoteName("lawfit other");

/** Types of results that are read as numbers even where text is wanted. */
const FRACTIONS = /^(FLOAT|DOUBLE|DECIMAL\(\d+,\s*[1-9])/;

/** Types of whole numbers of up to 64 bits. */
const WHOLE = /^U?(TINY|SMALL|BIG)?INT(EGER)?$/;

/** What DuckDB says of a product that its type does not hold. */
const OVERFLOW = /Overflow in multiplication/;

/** A file that has been read. */
export interface ReadPart extends ReadColumns {
  path: string;
  /** What it was read from; absent for Arrow files, which DuckDB does not read. */
  relation?: FileRelation;
}

/** What is computed. */
interface Computation {
  /** SQL expressions by the names of the columns to make. */
  expressions: ReadonlyMap<string, string>;
  /** Columns that are text, of the table and of those to make. */
  text: ReadonlySet<string>;
  decimal?: Decimal | undefined;
  /** Name of the table in messages. */
  source: string;
}

/**
 * The table with a column more for each expression. Expressions see the files' own values: whole numbers with all their digits,
 * structs and lists.
 *
 * @param parts the files that the table's rows are of
 * @throws UserError for an expression that DuckDB does not take (with its message), and for one that does not
 * give one value for each row
 */
export async function computeColumns(
  connection: DuckDBConnection,
  table: SourcedTable,
  parts: readonly ReadPart[],
  given: Computation,
): Promise<SourcedTable> {
  const { expressions, text, source } = given;
  if (expressions.size === 0 || table.rows === 0) return table;
  for (const sql of expressions.values()) demandToldApart(sql, table, source);
  const names = new Set([...expressions.values()].flatMap((sql) => [...mentionedNames(sql)]));
  const computed: ReadColumns[] = [];
  let relation: string | undefined;
  for (const [name, sql] of expressions) {
    try {
      if (relation === undefined) {
        relation = await insertOwn(connection, parts, (column) => names.has(column.toLowerCase()), given);
        await confine(connection);
      }
      const compute = (from: string) =>
        readUserSql(connection, {
          expression: sql,
          from,
          table: "own",
          query: (value) =>
            `SELECT * FROM (SELECT ${ROW}, ${value} AS ${quoteName(name)} FROM ${from} AS own) ORDER BY ${ROW}`,
          options: ({ type }) => ({
            text: new Set(text.has(name) && !FRACTIONS.test(type.toString()) ? [name] : []),
          }),
        });
      const read = await compute(relation).catch(async (error: unknown) => {
        if (!OVERFLOW.test(duckdbMessage(error))) throw error;
        return compute(await widened(connection, relation!));
      });
      computed.push(withoutRow(read, table.rows));
    } catch (error) {
      throw expressionError(error, sql, table, source);
    }
  }
  return {
    ...table,
    columns: [...table.columns, ...computed.flatMap(({ columns }) => columns)],
    literalNaN: new Map([table, ...computed].flatMap(({ literalNaN }) => [...literalNaN])),
    noNumbers: new Map([table, ...computed].flatMap(({ noNumbers }) => [...(noNumbers ?? [])])),
  };
}

/** Makes the table that expressions are over: the columns that they name, and the number of each row. */
async function insertOwn(
  connection: DuckDBConnection,
  parts: readonly ReadPart[],
  isUsed: (name: string) => boolean,
  { text, decimal }: Computation,
): Promise<string> {
  const { arrowRelation } = await import("./arrow-relation.ts");
  const selects: string[] = [];
  let offset = 0;
  for (const [index, part] of parts.entries()) {
    const relation = part.relation
      ? await withHugeIntegers(connection, part.path, part.relation, part, { text, decimal })
      : await arrowRelation(connection, part.path, `file ${index}`, isUsed, text);
    const used = relation.columns.filter(({ name }) => isUsed(name));
    const columns = used.map((column) => ({
      name: column.name,
      sql: text.has(column.name) ? textSql(column) : exactSql(column),
    }));
    // Columns that the file lacks are those of its folders: one text for all rows.
    const folders = part.columns
      .filter(({ name }) => isUsed(name) && !used.some((column) => column.name === name))
      .map(({ name, values: [value] }) => ({ name, sql: value == null ? "NULL" : quoteText(String(value)) }));
    const list = [...columns, ...folders].map(({ name, sql }) => `, ${sql} AS ${quoteName(name)}`);
    selects.push(
      `SELECT ${offset} + row_number() OVER () - 1 AS ${ROW}, NULL AS ${OTHER}${list.join("")} FROM ${relation.sql}`,
    );
    offset += part.rows;
  }
  await connection.run(`CREATE TEMP TABLE own AS ${selects.join(" UNION ALL BY NAME ")}`);
  return "temp.own";
}

/** The relation with its whole numbers in 128 bits: tokens times parameters are more than 64 bits hold. */
async function widened(connection: DuckDBConnection, relation: string): Promise<string> {
  const { columns } = await describe(connection, relation);
  const whole = columns.filter(({ type, name }) => WHOLE.test(type.toString()) && quoteName(name) !== ROW);
  const replaced = whole.map(({ name }) => `${quoteName(name)}::HUGEINT AS ${quoteName(name)}`);
  return replaced.length === 0
    ? relation
    : `(SELECT * REPLACE (${replaced.join(", ")}) FROM ${relation} AS own)`;
}

/** What was computed, without the row numbers. @throws Error unless these are the numbers of the table's rows, each once and in order */
function withoutRow(read: ReadColumns, rows: number): ReadColumns {
  const [numbers, ...columns] = read.columns;
  const isInPlace = Array.from<unknown>(numbers!.values).every((number, row) => number === row);
  if (read.rows === rows && isInPlace) return { ...read, columns };
  const values =
    read.rows === rows ? "some rows more than one value and others none" : `${read.rows} rows for ${rows}`;
  throw new Error(`it gives ${values}, but a column needs one value for each row`);
}

/** Demands that the names of columns that an expression uses differ by more than case, which SQL does not see. */
function demandToldApart(sql: string, { columns }: SourcedTable, source: string): void {
  const names = mentionedNames(sql);
  const first = new Map<string, string>();
  for (const { name } of columns) {
    const lower = name.toLowerCase();
    const other = first.get(lower);
    if (other !== undefined && names.has(lower)) {
      throw new UserError(
        `${source}: {sql: ${sql}}: columns ${JSON.stringify(other)} and ${JSON.stringify(name)} differ only in case, which SQL ` +
          "does not tell apart; allowed: names that differ by more, or a column's name in place of the expression",
      );
    }
    first.set(lower, name);
  }
}

function expressionError(error: unknown, sql: string, table: SourcedTable, source: string): UserError {
  const message = duckdbMessage(error);
  return new UserError(
    `${source}: {sql: ${shortened(sql)}}: ${problemOf(message, table)}; allowed: an SQL expression over the table's columns`,
  );
}

/** What is wrong with an expression, in terms of the user's columns. */
function problemOf(message: string, table: SourcedTable): string {
  const names = table.columns.map(({ name }) => name);
  const unknown = /column "(.*?)" not found/.exec(message)?.[1];
  if (unknown !== undefined)
    return `no column ${JSON.stringify(unknown)}${didYouMean(unknown, names)}; the columns are ${listColumns(table)}`;
  if (message.includes("GROUP BY")) {
    return "it makes one value from many rows, but a column needs one value for each row; avg(x) OVER () gives the mean of all rows on each of them";
  }
  if (OVERFLOW.test(message)) return `${message.replace(/[.!]$/, "")}; 6.0 * n computes in floating point`;
  return message;
}

/**
 * The names that an expression may mean columns by, in lower case, as SQL tells names apart. Some may be functions or fields,
 * which does no harm. Texts in single quotes name no column.
 */
function mentionedNames(sql: string): Set<string> {
  const names = new Set<string>();
  for (const [, quoted, bare] of sql
    .replace(/'(?:[^']|'')*'/g, "''")
    .matchAll(/"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*)/gu)) {
    names.add((quoted?.replaceAll('""', '"') ?? bare ?? "").toLowerCase());
  }
  return names;
}
