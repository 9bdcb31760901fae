import { UserError } from "../errors.ts";
import { findColumn, type SourcedTable } from "../tables/table.ts";
import { columnName } from "./columns.ts";

/** The rows for which a predicate holds. */
export function keepRows(table: SourcedTable, predicate: string | undefined, where: string): SourcedTable {
  if (predicate === undefined) return table;
  const marks = marksOf(table, predicate, `${where}: fit.where`);
  const sourceRow = Uint32Array.from(marks.keys()).filter((row) => marks[row]);
  if (sourceRow.length === 0)
    throw new UserError(`${where}: fit.where: no row has ${JSON.stringify(predicate)}`);
  return selectRows(table, sourceRow);
}

/** Whether a predicate holds, for each row. @throws UserError where its values are neither true nor false */
export function marksOf(table: SourcedTable, predicate: string, key: string): boolean[] {
  const column = findColumn(table, columnName({ sql: predicate }))!;
  if (column.type !== "boolean")
    throw new UserError(
      `${key}: ${JSON.stringify(predicate)} is of type ${column.type}; allowed: a predicate, which is true or false`,
    );
  return column.values.map((value) => value === true);
}

/** The rows of those numbers, ascending. */
export function selectRows(table: SourcedTable, sourceRow: Uint32Array): SourcedTable {
  const columns = table.columns.map((column) => {
    if (column.type === "float64")
      return { ...column, values: Float64Array.from(sourceRow, (row) => column.values[row]!) };
    return { ...column, values: Array.from(sourceRow, (row) => column.values[row]) } as typeof column;
  });
  const place = new Map(Array.from(sourceRow, (row, i) => [row, i]));
  const literalNaN = new Map(
    [...table.literalNaN].flatMap(([name, row]): [string, number][] => {
      const kept = place.get(row);
      return kept === undefined ? [] : [[name, kept]];
    }),
  );
  return { ...table, rows: sourceRow.length, columns, literalNaN, sourceRow };
}
