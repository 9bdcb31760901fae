import { getOrInsert, groupBy } from "../collections.ts";
import { type Column, cell, findColumn, rowsOf, type Table } from "../tables/table.ts";

/** The values of a table's row by column name; missing values are null. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** The rows of a table as records; empty without a table. */
export function recordsOf(table: Table | undefined, keep: (row: number) => boolean = () => true): Row[] {
  if (table === undefined) return [];
  return rowsOf(table)
    .filter(keep)
    .map((row) => recordAt(table, row));
}

function recordAt(table: Table, row: number): Row {
  return Object.fromEntries(table.columns.map((column) => [column.name, cell(column, row)]));
}

/** The rows whose columns have these values; none where a column does not exist. */
export function recordsWhere(table: Table | undefined, wanted: Row): Row[] {
  if (table === undefined) return [];
  const columns = Object.entries(wanted).map(([name, value]) => ({ column: findColumn(table, name), value }));
  return recordsOf(table, (row) =>
    columns.every(({ column, value }) => column !== undefined && cell(column, row) === value),
  );
}

const indices = new WeakMap<Table, Map<string, Map<unknown, number[]>>>();

/** The rows in which a column has a value. An index of the column is kept, as callers look up many values of a table. */
export function recordsBy(table: Table | undefined, name: string, value: string | number): Row[] {
  const column = table && findColumn(table, name);
  if (table === undefined || column === undefined) return [];
  const byColumn = getOrInsert(indices, table, () => new Map());
  const rows = getOrInsert(byColumn, name, () => groupBy(rowsOf(table), (row) => cell(column, row)));
  return (rows.get(value) ?? []).map((row) => recordAt(table, row));
}

/** The number in a column of a row; NaN where it is missing. */
export function num(row: Row | undefined, name: string): number {
  const value = row?.[name];
  return typeof value === "number" ? value : Number.NaN;
}

/** The text in a column of a row; empty where it is missing. */
export function str(row: Row | undefined, name: string): string {
  const value = row?.[name];
  return value === null || value === undefined ? "" : String(value);
}

/** Makes a table of records. The type of a column is that of its first value that is not missing. */
export function tableOfRecords(rows: readonly Row[]): Table {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name): Column => {
    const values = rows.map((row) => row[name] ?? null);
    const kind = typeof values.find((value) => value !== null);
    if (kind === "number")
      return { name, type: "float64", values: Float64Array.from(rows, (row) => num(row, name)) };
    if (kind === "boolean")
      return { name, type: "boolean", values: values.map((value) => value as boolean | null) };
    return { name, type: "string", values: values.map((value) => (value === null ? null : String(value))) };
  });
  return { rows: rows.length, columns };
}

/** The distinct values in the order of their first occurrence. */
export function distinct<Value>(values: Iterable<Value>): Value[] {
  return [...new Set(values)];
}
