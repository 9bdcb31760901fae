import type { SourceFile } from "./origin.ts";

/**
 * A column of a table. A missing number is NaN in a float64 column; a missing string or integer is null.
 * The values of an int64 column are safe integers (|value| <= 2^53 - 1).
 */
export type Column =
  | { name: string; type: "float64"; values: Float64Array }
  | { name: string; type: "int64"; values: (number | null)[] }
  | { name: string; type: "boolean"; values: (boolean | null)[] }
  | { name: string; type: "string"; values: (string | null)[] };

/** A table in memory: columns of equal length. */
export interface Table {
  rows: number;
  columns: Column[];
}

/** Columns read from a source, with what a table in memory cannot say. */
export interface ReadColumns extends Table {
  /** First row (0-based) that holds a NaN written as a value, by column; a missing cell is not one. */
  literalNaN: ReadonlyMap<string, number>;
  /** Types of the columns whose text is no number whatever it looks like (times, decimals too wide), by column. @default none */
  noNumbers?: ReadonlyMap<string, string>;
}

/** A table read from files. */
export interface SourcedTable extends ReadColumns {
  files: readonly SourceFile[];
}

/** The column of that name, or undefined. */
export function findColumn(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}

/** A cell as a JSON value: a missing number (NaN) is null. */
export function cell(column: Column, row: number): string | number | boolean | null {
  const value = column.values[row] ?? null;
  return typeof value === "number" && Number.isNaN(value) ? null : value;
}
