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
  /** Significant digits of its numbers; undefined where it has all of them. */
  digits: number | undefined;
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

/** A table cut to less than this share of its rows is no use. */
const LEAST_SHARE = 0.02;

/** Digits of the numbers of a table that does not go in with all of them. */
const FEWER_DIGITS = 8;

/**
 * Packs tables into so many characters together. Where they do not go in, the largest ones are rounded, and if that is not
 * enough cut to the same length, which all the others stay below: a row less is missed more than the ninth digit.
 *
 * @returns one for each table; undefined where next to nothing of it would go in
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
    // Rows differ in length: a little room is left.
    const share = (0.95 * mostRounded) / embedded.text.length;
    const table = tables[i]!;
    return share < LEAST_SHARE ? undefined : embedTable(table, Math.floor(share * table.rows), FEWER_DIGITS);
  });
}

/** The length that each may have so that all together have no more than a sum. */
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

/** A packed table as an element of the page, for the script in it. */
export function packed(id: string, text: string): string {
  return `<script type="text/plain" id="${id}">${text}</script>`;
}
