import { countOf, formatNumber, visibleLine } from "../text.ts";
import { formatCsv } from "./csv.ts";
import { type Column, cell, type Table } from "./table.ts";

export type TextFormat = "text" | "json" | "csv";

export interface FormatOptions {
  /** `text` for people (6 significant digits), `json` and `csv` in full precision. @default "text" */
  format?: TextFormat;
  /** Rows to show at most; `text` says how many were left out. @default all */
  maxRows?: number;
  /** Names of text columns that `text` aligns to the right, as it does numbers. @default none */
  alignRight?: readonly string[];
}

/**
 * A table as text that ends in a line feed: aligned columns, one JSON array of row objects, or CSV. Missing
 * values are blank, null and nothing. Infinite numbers, which JSON lacks, are the texts "Infinity" and "-Infinity" there.
 */
export function formatTable(table: Table, options: FormatOptions = {}): string {
  const rows = Math.min(table.rows, options.maxRows ?? table.rows);
  const shown = rows < table.rows ? headOf(table, rows) : table;
  if (options.format === "json") return formatJson(shown);
  if (options.format === "csv") return formatCsv(shown);
  const left = table.rows - rows;
  return formatText(shown, options.alignRight) + (left > 0 ? `... ${countOf(left, "more row")}\n` : "");
}

function headOf(table: Table, rows: number): Table {
  const head = (column: Column): Column => {
    switch (column.type) {
      case "float64":
        return { ...column, values: column.values.subarray(0, rows) };
      case "int64":
        return { ...column, values: column.values.slice(0, rows) };
      case "boolean":
        return { ...column, values: column.values.slice(0, rows) };
      case "string":
        return { ...column, values: column.values.slice(0, rows) };
    }
  };
  return { rows, columns: table.columns.map(head) };
}

function formatJson(table: Table): string {
  const lines: string[] = [];
  for (let row = 0; row < table.rows; row++) {
    lines.push(
      JSON.stringify(Object.fromEntries(table.columns.map((column) => [column.name, jsonCell(column, row)]))),
    );
  }
  return lines.length === 0 ? "[]\n" : `[\n${lines.join(",\n")}\n]\n`;
}

/** A cell as JSON can hold it: `JSON.stringify` alone would make an infinite number a missing one. */
function jsonCell(column: Column, row: number): string | number | boolean | null {
  const value = cell(column, row);
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY ? String(value) : value;
}

function formatText(table: Table, alignRight: readonly string[] = []): string {
  const columns = table.columns.map((column) => {
    const texts = [
      visibleLine(column.name),
      ...Array.from({ length: table.rows }, (_, row) => textCell(column, row)),
    ];
    const width = texts.reduce((widest, text) => Math.max(widest, text.length), 0);
    const isRight = column.type === "float64" || column.type === "int64" || alignRight.includes(column.name);
    return texts.map((text) => (isRight ? text.padStart(width) : text.padEnd(width)));
  });
  let text = "";
  for (let line = 0; line <= table.rows; line++) {
    text += `${columns
      .map((lines) => lines[line])
      .join("  ")
      .trimEnd()}\n`;
  }
  return text;
}

function textCell(column: Column, row: number): string {
  const value = cell(column, row);
  if (value === null) return "";
  // A line feed inside a cell would break the alignment.
  return typeof value === "number" && column.type === "float64"
    ? formatNumber(value)
    : visibleLine(String(value).replace(/\s+/g, " "));
}
