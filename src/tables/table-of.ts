import type { Column, Table } from "./table.ts";

/** What a value of a column is, by the column's type. */
interface Values {
  float64: number;
  int64: number;
  boolean: boolean;
  string: string;
}
type Type = keyof Values;
type Value<T extends Type> = Values[T] | null | undefined;

/** Name, type, description and value of one column of a table of records. A missing value is null or undefined; NaN is a missing number. */
export type ColumnOf<Item, T extends Type = Type> = {
  [Each in T]: { name: string; type: Each; description: string; value: (item: Item) => Value<Each> };
}[T];

/** `standardError` of `standard_error`. */
type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/**
 * Makes a column. The description says what it holds, in Markdown: the documentation of the result tables is made from it.
 * Without a function the value is the item's property of that name in camel case, `standardError` in column `standard_error`.
 */
interface Builder<T extends Type> {
  <Name extends string>(
    name: Name,
    description: string,
  ): ColumnOf<{ readonly [Property in CamelCase<Name>]?: Value<T> }, T>;
  <Item extends object>(
    name: string,
    description: string,
    value: (item: Item) => Value<T>,
  ): ColumnOf<Item, T>;
}

/** A column of numbers. */
export const number = builder("float64");
/** A column of whole numbers. */
export const count = builder("int64");
/** A column of texts. */
export const text = builder("string");
/** A column of what holds or does not. */
export const flag = builder("boolean");

function builder<T extends Type>(type: T): Builder<T> {
  return <Item extends object>(name: string, description: string, value?: (item: Item) => Value<T>) => {
    const property = name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    const read = (item: Item) => (item as Readonly<Record<string, Value<T>>>)[property];
    return { name, type, description, value: value ?? read };
  };
}

/** The table of some records, one a row. */
export function tableOf<Item>(items: readonly Item[], columns: readonly ColumnOf<Item>[]): Table {
  const made = columns.map((column) => {
    const filled = empty(column, items.length);
    for (let row = 0; row < items.length; row++) filled.fill(items[row]!, row, row + 1);
    return filled.column;
  });
  return { rows: items.length, columns: made };
}

/** Records that have columns in common, which are read once for all of them. */
export interface Group<Shared, Item> {
  shared: Shared;
  items: Iterable<Item>;
}

/**
 * The table of records in groups, one record a row. No record is held longer than its row takes.
 *
 * @param rows number of records in all
 */
export function tableOfGroups<Shared, Item>(
  rows: number,
  groups: Iterable<Group<Shared, Item>>,
  sharedColumns: readonly ColumnOf<Shared>[],
  columns: readonly ColumnOf<Item>[],
): Table {
  const ofGroup = sharedColumns.map((column) => empty(column, rows));
  const ofItem = columns.map((column) => empty(column, rows));
  let row = 0;
  for (const { shared, items } of groups) {
    const first = row;
    for (const item of items) {
      for (const { fill } of ofItem) fill(item, row, row + 1);
      row++;
    }
    for (const { fill } of ofGroup) fill(shared, first, row);
  }
  return { rows, columns: [...ofGroup, ...ofItem].map(({ column }) => column) };
}

/** The ends of an interval: columns `lower` and `upper` after a prefix, with their descriptions. */
export function ends<Item extends object>(
  prefix: string,
  lower: string,
  of: (item: Item) => { lower: number; upper: number },
  upper = "upper end",
): ColumnOf<Item>[] {
  return [
    number(`${prefix}lower`, lower, (item: Item) => of(item).lower),
    number(`${prefix}upper`, upper, (item: Item) => of(item).upper),
  ];
}

/**
 * Columns of one kind of record as columns of another that has one of the first. A value is worked out once for rows of one record
 * that follow each other.
 */
export function via<Outer, Inner>(
  columns: readonly ColumnOf<Inner>[],
  inner: (outer: Outer) => Inner,
): ColumnOf<Outer>[] {
  const one = <T extends Type>({
    name,
    type,
    description,
    value,
  }: ColumnOf<Inner, T>): ColumnOf<Outer, T> => {
    let last: { of: Inner; value: Value<T> } | undefined;
    const read = (outer: Outer): Value<T> => {
      const of = inner(outer);
      if (last?.of !== of) last = { of, value: value(of) };
      return last.value;
    };
    return { name, type, description, value: read };
  };
  return columns.map((column) => one(column));
}

/** A column that is to be filled. */
interface Filled<Item> {
  column: Column;
  /** Gives rows `first` to `end`, the last one left out, the value of an item. */
  fill(item: Item, first: number, end: number): void;
}

function empty<Item>({ type, value, ...named }: ColumnOf<Item>, rows: number): Filled<Item> {
  const filled = <T>(values: (T | null)[], of: (item: Item) => T | null | undefined) => ({
    values,
    fill: (item: Item, first: number, end: number) => {
      const value = of(item) ?? null;
      for (let row = first; row < end; row++) values[row] = value;
    },
  });
  switch (type) {
    case "float64": {
      const values = new Float64Array(rows);
      return {
        column: { ...named, type, values },
        fill(item, first, end) {
          const number = value(item) ?? Number.NaN;
          for (let row = first; row < end; row++) values[row] = number;
        },
      };
    }
    case "int64": {
      const { values, fill } = filled(new Array<number | null>(rows).fill(null), value);
      return { column: { ...named, type, values }, fill };
    }
    case "boolean": {
      const { values, fill } = filled(new Array<boolean | null>(rows).fill(null), value);
      return { column: { ...named, type, values }, fill };
    }
    case "string": {
      const { values, fill } = filled(new Array<string | null>(rows).fill(null), value);
      return { column: { ...named, type, values }, fill };
    }
  }
}
