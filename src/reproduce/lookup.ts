import { cell, findColumn, type Table } from "../tables/table.ts";

/** A cell as text; "" where a value is missing. */
export function textAt(table: Table, column: string, row: number): string {
  const found = findColumn(table, column);
  if (found === undefined) throw new Error(`a result table has no column ${column}`);
  return String(cell(found, row) ?? "");
}

/** A cell as a number; NaN where a value is missing. */
export function numberAt(table: Table, column: string, row: number): number {
  const text = textAt(table, column, row);
  return text === "" ? Number.NaN : Number(text);
}

/** The first row that has the given texts in the given columns. */
export function matchingRow(table: Table, wanted: Readonly<Record<string, string>>): number | undefined {
  for (let row = 0; row < table.rows; row++) {
    if (Object.entries(wanted).every(([column, text]) => textAt(table, column, row) === text)) return row;
  }
  return undefined;
}
