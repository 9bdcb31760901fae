import { gzipSync } from "node:zlib";
import { type Column, cell, type Table } from "../../tables/table.ts";

/** A column as the page reads it: numbers as they are; texts as indices into the list of distinct texts. */
export type EmbeddedColumn =
  | { name: string; type: "number" | "boolean"; values: (number | boolean | null)[] }
  | { name: string; type: "text"; texts: string[]; values: (number | null)[] };

/** A table as the page reads it. */
export interface EmbeddedTable {
  columns: EmbeddedColumn[];
}

/** A table encoded for a page: JSON, compressed with gzip, in base64. */
export interface Embedded {
  text: string;
  /** Number of rows that it holds, counted from the first. */
  rows: number;
  /** Significant digits of its numbers; undefined where they are not rounded. */
  digits: number | undefined;
}

/**
 * Encodes the first rows of a table.
 *
 * @param digits significant digits of its numbers. @default all digits
 */
export function embedTable(table: Table, rows = table.rows, digits?: number): Embedded {
  const columns = table.columns.map((column) => embedColumn(column, rows, digits));
  return {
    text: gzipSync(JSON.stringify({ columns } satisfies EmbeddedTable), { level: 6 }).toString("base64"),
    rows,
    digits,
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

/** A table of which less than this share of its rows fits is left out. */
const LEAST_SHARE = 0.02;

/** Significant digits of the numbers of a table that does not fit with all digits. */
const FEWER_DIGITS = 8;

/**
 * Encodes tables into at most `characters` characters in total. Where they do not fit, the largest tables are rounded first. If
 * that is not enough, they are cut to one common length. Readers miss a row more than the ninth digit of a number.
 *
 * @returns one entry for each table; undefined where less than `LEAST_SHARE` of its rows would fit
 */
export function embedAll(tables: readonly Table[], characters: number): (Embedded | undefined)[] {
  const lengths = (all: readonly Embedded[]): number[] => all.map(({ text }) => text.length);
  const whole = tables.map((table) => embedTable(table));
  const most = lengthWithin(lengths(whole), characters);
  const rounded = whole.map((embedded, i) => {
    const table = tables[i]!;
    return embedded.text.length <= most ? embedded : embedTable(table, table.rows, FEWER_DIGITS);
  });
  const mostRounded = lengthWithin(lengths(rounded), characters);
  return rounded.map((embedded, i) => {
    if (embedded.text.length <= mostRounded) return embedded;
    // Rows differ in length, so 5 % of the room is kept in reserve.
    const share = (0.95 * mostRounded) / embedded.text.length;
    const table = tables[i]!;
    return share < LEAST_SHARE ? undefined : embedTable(table, Math.floor(share * table.rows), FEWER_DIGITS);
  });
}

/** The largest length that each item may have so that the lengths, cut to it, add up to at most `sum`. */
function lengthWithin(lengths: readonly number[], sum: number): number {
  let left = Math.max(0, sum);
  const sorted = lengths.toSorted((a, b) => a - b);
  for (const [i, length] of sorted.entries()) {
    const fair = left / (sorted.length - i);
    if (length > fair) return fair;
    left -= length;
  }
  return Number.POSITIVE_INFINITY;
}

/** An encoded table as an element of the page, which the page's script reads. */
export function packed(id: string, text: string): string {
  return `<script type="text/plain" id="${id}">${text}</script>`;
}
