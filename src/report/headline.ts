import type { AxisInfo } from "../methods/axis.ts";
import { cell, findColumn, type Table } from "../tables/table.ts";
import { type Row, recordsOf } from "./records.ts";

/** What tells the configuration of a row: the values of its axes. */
export function configurationKey(row: Row, axes: readonly AxisInfo[]): string {
  return JSON.stringify(axes.map(({ name }) => row[name] ?? null));
}

/** The cells of the configuration with the most axes at their defaults, the first of several. */
export function headlineOf(cells: Table | undefined, axes: readonly AxisInfo[]): Row[] {
  if (cells === undefined) return [];
  const columns = axes.map(({ name, default: value }) => ({ column: findColumn(cells, name)!, value }));
  let [first, most] = [0, -1];
  for (let row = 0; row < cells.rows; row++) {
    const defaults = columns.filter(({ column, value }) => cell(column, row) === value).length;
    if (defaults > most) [first, most] = [row, defaults];
  }
  return recordsOf(cells, (row) =>
    columns.every(({ column }) => column.values[row] === column.values[first]),
  );
}

/** The axes that have several values in the table. */
export function variedAxes(table: Table | undefined, axes: readonly AxisInfo[]): AxisInfo[] {
  return axes.filter(({ name }) => {
    const column = table && findColumn(table, name);
    return column !== undefined && new Set<unknown>(column.values).size > 1;
  });
}

/** A configuration in words: its axes that are not at their defaults. */
export function describeConfiguration(row: Row, axes: readonly AxisInfo[]): string {
  const told = axes.filter(({ name, default: value }) => row[name] !== value && row[name] !== undefined);
  return told.length === 0 ? "all defaults" : told.map(({ name }) => `${name} ${row[name]}`).join(", ");
}
