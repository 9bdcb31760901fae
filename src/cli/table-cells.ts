import { cell, findColumn, type Table } from "../tables/table.ts";
import { visibleLine } from "../text.ts";

/** Numbers of the rows of a table. */
export function rowsOf(table: Table): number[] {
  return Array.from({ length: table.rows }, (_, row) => row);
}

/** A cell; null where it is missing or the table has no such column. */
export function value(table: Table, name: string, row: number): string | number | boolean | null {
  const column = findColumn(table, name);
  return column === undefined ? null : cell(column, row);
}

/** A cell as a text of one line, as it is shown; `null` where it is missing. */
export function text(table: Table, name: string, row: number): string {
  return visibleLine(String(value(table, name, row)));
}
