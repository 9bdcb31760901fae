import type { Column, Table } from "./table.ts";

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

/** A column of numbers; NaN is a missing one. */
export function number<Item>(name: string, value: (item: Item) => number): ColumnOf<Item> {
  return { name, type: "float64", value };
}

/** A column of whole numbers. */
export function count<Item>(name: string, value: (item: Item) => number | null): ColumnOf<Item> {
  return { name, type: "int64", value };
}

/** A column of texts. */
export function text<Item>(name: string, value: (item: Item) => string | null): ColumnOf<Item> {
  return { name, type: "string", value };
}

/** A column of what holds or does not. */
export function flag<Item>(name: string, value: (item: Item) => boolean | null): ColumnOf<Item> {
  return { name, type: "boolean", value };
}

/** The ends of an interval: columns `lower` and `upper` after a prefix. */
export function ends<Item>(
  prefix: string,
  of: (item: Item) => { lower: number; upper: number },
): ColumnOf<Item>[] {
  return [
    number(`${prefix}lower`, (item) => of(item).lower),
    number(`${prefix}upper`, (item) => of(item).upper),
  ];
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
