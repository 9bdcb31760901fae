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
  return { rows: items.length, columns: columns.map((column) => fill(items, column)) };
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

/** Columns of one kind of record as columns of another that has one of the first. */
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
    return { name, type, description, value: (outer) => value(inner(outer)) };
  };
  return columns.map((column) => one(column));
}

function fill<Item>(items: readonly Item[], { type, value, ...named }: ColumnOf<Item>): Column {
  switch (type) {
    case "float64":
      return { ...named, type, values: Float64Array.from(items, (item) => value(item) ?? Number.NaN) };
    case "int64":
      return { ...named, type, values: items.map((item) => value(item) ?? null) };
    case "boolean":
      return { ...named, type, values: items.map((item) => value(item) ?? null) };
    case "string":
      return { ...named, type, values: items.map((item) => value(item) ?? null) };
  }
}
