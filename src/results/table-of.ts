import type { Verdict } from "../identifiability/determined.ts";
import type { AxisInfo, AxisValue } from "../methods/axis.ts";
import type { Configuration, Method } from "../methods/method.ts";
import type { Cell } from "../plan/plan-sweep.ts";
import type { Column, Table } from "../tables/table.ts";

/** Name, type and value of one column of a table of records. NaN is a missing number. */
export type ColumnOf<Item> =
  | { name: string; type: "float64"; value: (item: Item) => number }
  | { name: string; type: "int64"; value: (item: Item) => number | null }
  | { name: string; type: "boolean"; value: (item: Item) => boolean | null }
  | { name: string; type: "string"; value: (item: Item) => string | null };

/** The table of some records, one a row. */
export function tableOf<Item>(items: readonly Item[], columns: readonly ColumnOf<Item>[]): Table {
  return { rows: items.length, columns: columns.map((column) => fill(items, column)) };
}

/** A column of one kind of record as a column of another that has one of the first. */
export function via<Outer, Inner>(column: ColumnOf<Inner>, inner: (outer: Outer) => Inner): ColumnOf<Outer> {
  const { name } = column;
  switch (column.type) {
    case "float64":
      return { name, type: "float64", value: (outer) => column.value(inner(outer)) };
    case "int64":
      return { name, type: "int64", value: (outer) => column.value(inner(outer)) };
    case "boolean":
      return { name, type: "boolean", value: (outer) => column.value(inner(outer)) };
    case "string":
      return { name, type: "string", value: (outer) => column.value(inner(outer)) };
  }
}

function fill<Item>(items: readonly Item[], column: ColumnOf<Item>): Column {
  const { name } = column;
  switch (column.type) {
    case "float64":
      return { name, type: "float64", values: Float64Array.from(items, column.value) };
    case "int64":
      return { name, type: "int64", values: items.map(column.value) };
    case "boolean":
      return { name, type: "boolean", values: items.map(column.value) };
    case "string":
      return { name, type: "string", values: items.map(column.value) };
  }
}

/** Columns that say which cell a row belongs to. */
export function cellIdentity(method: Method): ColumnOf<Cell>[] {
  return [
    { name: "cell", type: "int64", value: ({ id }) => id },
    methodColumn(method),
    { name: "task", type: "string", value: ({ task }) => task },
  ];
}

/** The column that names the method. */
export function methodColumn(method: Method): ColumnOf<unknown> & { type: "string" } {
  return { name: "method", type: "string", value: () => method.name };
}

/** One column an axis. */
export function axisColumns(method: Method): ColumnOf<Configuration>[] {
  return method.axes.map(axisColumn);
}

function axisColumn({ name, type }: AxisInfo): ColumnOf<Configuration> {
  const read = ({ values }: Configuration): AxisValue | undefined => values.get(name);
  switch (type) {
    case "int64":
    case "float64":
      return { name, type, value: (configuration) => Number(read(configuration)) };
    case "boolean":
      return { name, type, value: (configuration) => read(configuration) === true };
    case "string":
      return { name, type, value: (configuration) => String(read(configuration)) };
  }
}

/** A column of the cell as a column of what belongs to it. */
export function ofCell(column: ColumnOf<Cell>): ColumnOf<{ cell: Cell }> {
  return via(column, ({ cell }) => cell);
}

/** A column of a configuration as a column of what has one. */
export function ofConfiguration(column: ColumnOf<Configuration>): ColumnOf<{ configuration: Configuration }> {
  return via(column, ({ configuration }) => configuration);
}

/** Whether the data determine a number, and why not. */
export function verdictColumns<Row>(of: (row: Row) => Verdict | undefined): ColumnOf<Row>[] {
  return [
    { name: "determined", type: "string", value: (row) => of(row)?.determined ?? null },
    { name: "determined_reason", type: "string", value: (row) => of(row)?.reason || null },
  ];
}
