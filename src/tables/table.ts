import { visibleLine } from "../text.ts";

import type { SourceFile } from "./origin.ts";

/** One column of the checkpoint-table schema, for validation, messages and documentation. */
interface SchemaColumn {
  name: string;
  kind: "text" | "number";
  required: boolean;
  description: string;
}

/** The columns that are not metrics. Any other number column is a metric (loss, ce, accuracy, ...). */
const SCHEMA: readonly SchemaColumn[] = [
  { name: "run", kind: "text", required: true, description: "name of the training run" },
  { name: "role", kind: "text", required: false, description: "`fit` or `target`; `fit` where absent" },
  { name: "n", kind: "number", required: true, description: "parameters of the model" },
  { name: "d", kind: "number", required: true, description: "tokens seen at this checkpoint" },
  { name: "c", kind: "number", required: false, description: "FLOPs at this checkpoint; 6*n*d where absent" },
  { name: "step", kind: "number", required: false, description: "training step of this checkpoint" },
  { name: "subject", kind: "text", required: true, description: "task or validation domain measured" },
  { name: "family", kind: "text", required: false, description: "group of runs trained alike" },
  {
    name: "phase",
    kind: "text",
    required: false,
    description:
      "part of training apart from the main series; its rows are left out of fits and actual values",
  },
];

/** Names of the columns that are not metrics. */
export const SCHEMA_NAMES: readonly string[] = SCHEMA.map(({ name }) => name);

/** Columns `mix.<source>` hold the share of a training source. */
export const MIX_PREFIX = "mix.";

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

/** Numbers of the rows of a table. */
export function rowsOf(table: Table): number[] {
  return Array.from({ length: table.rows }, (_, row) => row);
}

/** A cell; null where it is missing or the table has no such column. */
export function valueAt(table: Table, name: string, row: number): string | number | boolean | null {
  const column = findColumn(table, name);
  return column === undefined ? null : cell(column, row);
}

/** A cell as a text of one line, as it is shown; `null` where it is missing. */
export function textAt(table: Table, name: string, row: number): string {
  return visibleLine(String(valueAt(table, name, row)));
}
