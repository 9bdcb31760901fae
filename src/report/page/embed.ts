import { gzipSync } from "node:zlib";
import { type Column, cell, type Table } from "../../tables/table.ts";

/** A column as the page reads it: numbers as they are; texts as numbers of a list, which repeats nothing. */
export type EmbeddedColumn =
  | { name: string; type: "number" | "boolean"; values: (number | boolean | null)[] }
  | { name: string; type: "text"; texts: string[]; values: (number | null)[] };

/** A table as the page reads it. */
export interface EmbeddedTable {
  columns: EmbeddedColumn[];
}

/** A table ready to stand in a page: gzip, base64. */
export interface Embedded {
  text: string;
  /** Rows that it holds: the first ones. */
  rows: number;
}

/**
 * Packs the first rows of a table.
 *
 * @param digits significant digits of its numbers. @default all
 */
export function embedTable(table: Table, rows = table.rows, digits?: number): Embedded {
  const columns = table.columns.map((column) => embedColumn(column, rows, digits));
  return {
    text: gzipSync(JSON.stringify({ columns } satisfies EmbeddedTable), { level: 6 }).toString("base64"),
    rows,
  };
}

function embedColumn(column: Column, rows: number, digits: number | undefined): EmbeddedColumn {
  const { name } = column;
  const values = Array.from({ length: rows }, (_, row) => cell(column, row));
  if (column.type === "string") {
    const places = new Map<string, number>();
    const codes = values.map((value) => {
      if (value === null) return null;
      const text = String(value);
      if (!places.has(text)) places.set(text, places.size);
      return places.get(text)!;
    });
    return { name, type: "text", texts: [...places.keys()], values: codes };
  }
  const kept = values as (number | boolean | null)[];
  if (column.type === "boolean") return { name, type: "boolean", values: kept };
  const rounded = digits === undefined ? kept : kept.map((value) => round(value as number | null, digits));
  return { name, type: "number", values: rounded };
}

function round(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toPrecision(digits));
}

/**
 * Packs as many rows of a table as a number of characters allows; none where not even a tenth of its rows would go in.
 */
export function embedWithin(table: Table, characters: number): Embedded | undefined {
  const whole = embedTable(table);
  if (whole.text.length <= characters) return whole;
  const share = (0.95 * characters) / whole.text.length;
  if (share < 0.02) return undefined;
  return embedTable(table, Math.floor(share * table.rows));
}
