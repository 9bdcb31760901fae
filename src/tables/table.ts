import { UserError } from "../errors.ts";
import { visibleLine } from "../text.ts";

import type { SourceFile } from "./origin.ts";

/** Names of the columns of a checkpoint table that are not metrics. Any other number column is a metric (loss, ce, accuracy, ...). */
export const SCHEMA_NAMES: readonly string[] = [
  "run",
  "role",
  "n",
  "d",
  "c",
  "step",
  "subject",
  "family",
  "phase",
];

/** Columns `mix.<source>` hold the share of a training source. */
export const MIX_PREFIX = "mix.";

/**
 * A column of a table. A missing number is NaN in a float64 column; a missing string or integer is null.
 * The values of an int64 column are safe integers (|value| <= 2^53 - 1). The description, which columns of result tables have
 * until they are written, says what the column holds.
 */
export type Column = { name: string; description?: string } & (
  | {
      type: "float64";
      values: Float64Array;
      /** Whether the source has whole numbers, which were to stay in an array of numbers. @default false */
      isWhole?: boolean;
    }
  | { type: "int64"; values: (number | null)[] }
  | { type: "boolean"; values: (boolean | null)[] }
  | { type: "string"; values: (string | null)[] }
);

/** A table in memory: columns of equal length. */
export interface Table {
  rows: number;
  columns: Column[];
}

/** Columns read from a source, with what a table in memory cannot say. */
export interface ReadColumns extends Table {
  /** First row (0-based) that holds a NaN written as a value, by column; a missing cell is not one. */
  literalNaN: ReadonlyMap<string, number>;
  /** Types of the columns whose values are not numbers even where their text looks like one (times, decimals too wide), by column. @default none */
  noNumbers?: ReadonlyMap<string, string>;
}

/** A table read from files. */
export interface SourcedTable extends ReadColumns {
  files: readonly SourceFile[];
  /** Row of the files (0-based, over all) of each row. @default all rows are there, in order */
  sourceRow?: Uint32Array;
}

type Value = string | number | boolean;

/** The column of that name, or undefined. */
export function findColumn(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}

/** The column of that name. @throws Error where the table has none: a mistake of the program, not of the user */
export function columnOf(table: Table, name: string): Column {
  const column = findColumn(table, name);
  if (column === undefined) throw new Error(`the table has no column ${name}`);
  return column;
}

/** The numbers of a table's rows, from 0. */
export function rowsOf(table: Table): number[] {
  return Array.from({ length: table.rows }, (_, row) => row);
}

/** The places of values other than 0, ascending. */
export function markedRows(marks: Uint8Array): Uint32Array {
  const rows = new Uint32Array(marks.reduce((count, mark) => count + mark, 0));
  let next = 0;
  for (let row = 0; row < marks.length; row++) if (marks[row] === 1) rows[next++] = row;
  return rows;
}

/** A cell as a JSON value: a missing number (NaN) is null. */
export function cell(column: Column, row: number): Value | null {
  const value = column.values[row] ?? null;
  return typeof value === "number" && Number.isNaN(value) ? null : value;
}

/** A cell by the name of its column; null where it is missing or the table has no such column. */
export function valueAt(table: Table, name: string, row: number): Value | null {
  const column = findColumn(table, name);
  return column === undefined ? null : cell(column, row);
}

/** The same as a number; NaN where it is missing. */
export function numberAt(table: Table, name: string, row: number): number {
  return Number(valueAt(table, name, row) ?? Number.NaN);
}

/** The same as a text; empty where it is missing. */
export function textAt(table: Table, name: string, row: number): string {
  return String(valueAt(table, name, row) ?? "");
}

/** A cell as a text of one line, as it is shown; `null` where it is missing. */
export function shownAt(table: Table, name: string, row: number): string {
  return visibleLine(String(valueAt(table, name, row)));
}

/** A column of numbers (NaN where one is missing): int64 where every value is a safe integer, else float64. */
export function numberColumn(name: string, values: Float64Array): Column {
  const isWhole = values.every((value) => Number.isSafeInteger(value) || Number.isNaN(value));
  if (!isWhole) return { name, type: "float64", values };
  return { name, type: "int64", values: Array.from(values, (value) => (Number.isNaN(value) ? null : value)) };
}

/** A table whose columns of whole numbers are int64, where they were to stay in arrays of numbers. */
export function withIntegers<T extends Table>(table: T): T {
  const columns = table.columns.map((column) =>
    column.type === "float64" && column.isWhole ? numberColumn(column.name, column.values) : column,
  );
  return { ...table, columns };
}

/** The rows of the parts one below the other, columns matched by name in order of first appearance. */
export function stackColumns(parts: readonly ReadColumns[]): ReadColumns {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const types = new Map<string, ColumnType>();
  const literalNaN = new Map<string, number>();
  const noNumbers = new Map(parts.flatMap((part) => [...(part.noNumbers ?? [])]));
  let rows = 0;
  for (const part of parts) {
    for (const { name, type } of part.columns) types.set(name, commonType(types.get(name) ?? type, type));
    for (const [name, row] of part.literalNaN) {
      if (!literalNaN.has(name)) literalNaN.set(name, rows + row);
    }
    rows += part.rows;
  }
  const columns = Array.from(types, ([name, type]): Column => {
    const column = stackColumn(name, type, parts, rows);
    const isWhole = parts.every((part) => {
      const own = findColumn(part, name);
      return own === undefined || (own.type === "float64" && own.isWhole);
    });
    return column.type === "float64" && isWhole ? { ...column, isWhole } : column;
  });
  return { rows, columns, literalNaN, noNumbers };
}

type ColumnType = Column["type"];

/** The narrower type that holds the values of both. */
function commonType(a: ColumnType, b: ColumnType): ColumnType {
  if (a === b) return a;
  const numbers = new Set<ColumnType>(["int64", "float64"]);
  return numbers.has(a) && numbers.has(b) ? "float64" : "string";
}

function stackColumn(name: string, type: ColumnType, parts: readonly ReadColumns[], rows: number): Column {
  const eachValue = (use: (value: Value, row: number) => void): void => {
    let offset = 0;
    for (const part of parts) {
      const column = findColumn(part, name);
      for (let row = 0; column !== undefined && row < part.rows; row++) {
        const value = cell(column, row);
        if (value !== null) use(value, offset + row);
      }
      offset += part.rows;
    }
  };
  const collected = <T>(convert: (value: Value) => T): (T | null)[] => {
    const values = new Array<T | null>(rows).fill(null);
    eachValue((value, row) => {
      values[row] = convert(value);
    });
    return values;
  };
  if (type === "int64") return { name, type, values: collected(Number) };
  if (type === "boolean") return { name, type, values: collected(Boolean) };
  if (type === "string") return { name, type, values: collected(String) };
  const values = new Float64Array(rows).fill(Number.NaN);
  eachValue((value, row) => {
    values[row] = Number(value);
  });
  return { name, type, values };
}

/**
 * Demands that the columns of a file have different names, as readers treat repeated names differently, and that no name holds a NUL,
 * which ends an SQL text.
 *
 * @throws UserError with the places
 */
export function demandColumnNames(path: string, names: readonly string[]): void {
  const first = new Map<string, number>();
  names.forEach((name, place) => {
    if (name.includes("\0")) {
      throw new UserError(
        `${path}: column ${place + 1} is named ${JSON.stringify(name)}; allowed: a name without \\u0000`,
      );
    }
    const before = first.get(name);
    if (before !== undefined) {
      throw new UserError(
        `${path}: two columns are named ${JSON.stringify(name)} (columns ${before + 1} and ${place + 1}); allowed: one column of a name`,
      );
    }
    first.set(name, place);
  });
}

/** A column of texts, one an item: what is printed for people. */
export function textColumn<Item>(
  name: string,
  items: readonly Item[],
  text: (item: Item, i: number) => string,
): Column {
  return { name, type: "string", values: items.map(text) };
}
