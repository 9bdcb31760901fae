import { UserError } from "../errors.ts";
import { type ColumnMapping, expressionsOf } from "./columns.ts";
import { duckdbMessage, quoteName, withDuckDB } from "./duckdb.ts";
import { insertTable } from "./duckdb-insert.ts";
import { didYouMean } from "./nearest.ts";
import { describe, type ReadColumns, readRelation } from "./read-duckdb.ts";
import type { Column, SourcedTable } from "./table.ts";

/** Column of the row's number while DuckDB computes, so that rows keep their order. */
const ROW = "lawfit row";

/**
 * The table with a column more for each expression of the mapping, named as the mapping names it.
 *
 * @param source name of the table in messages
 * @throws UserError for an expression that DuckDB does not take (with its message), and for one that does not
 * give one value a row
 */
export async function computeColumns(
  table: SourcedTable,
  mapping: ColumnMapping,
  source: string,
): Promise<SourcedTable> {
  const expressions = expressionsOf(mapping);
  if (expressions.size === 0) return table;
  const computed = await withDuckDB(async (connection) => {
    const texts = [...expressions.values()];
    const used = table.columns.filter(({ name }) => texts.some((sql) => mentions(sql, name)));
    const rowNumber: Column = {
      name: ROW,
      type: "int64",
      values: Array.from({ length: table.rows }, (_, row) => row),
    };
    const relation = await insertTable(
      connection,
      { rows: table.rows, columns: [...used, rowNumber] },
      "own",
    );
    const parts: ReadColumns[] = [];
    for (const [name, sql] of expressions) {
      try {
        // The line break ends a comment within the expression.
        const selected = `(SELECT (${sql}\n) AS ${quoteName(name)} FROM ${relation} ORDER BY ${quoteName(ROW)})`;
        const part = await readRelation(connection, await describe(connection, selected));
        if (part.rows !== table.rows) {
          throw new Error(`it gives ${part.rows} rows for ${table.rows}, and a column has a value a row`);
        }
        parts.push(part);
      } catch (error) {
        throw expressionError(error, sql, table, source);
      }
    }
    return parts;
  });
  const literalNaN = new Map([...table.literalNaN, ...computed.flatMap((part) => [...part.literalNaN])]);
  return {
    ...table,
    columns: [...table.columns, ...computed.flatMap(({ columns }) => columns)],
    literalNaN,
  };
}

/** Whether an expression may name the column. A name within another is one too many, which does no harm. */
function mentions(sql: string, name: string): boolean {
  const text = sql.toLowerCase();
  const lower = name.toLowerCase();
  return text.includes(lower) || text.includes(lower.replaceAll('"', '""'));
}

function expressionError(error: unknown, sql: string, table: SourcedTable, source: string): UserError {
  const message = duckdbMessage(error);
  const known = table.columns.map(({ name }) => name);
  const unknown = /column "(.*?)" not found/.exec(message)?.[1];
  const near = unknown === undefined ? "" : didYouMean(unknown, known);
  const problem = unknown === undefined ? message : `no column ${JSON.stringify(unknown)}${near}`;
  return new UserError(
    `${source}: {sql: ${sql}}: ${problem}; allowed: an SQL expression over the table's columns`,
  );
}
