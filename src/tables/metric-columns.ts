import { isMissingWord, parseNumber } from "./cells.ts";
import { quoteName } from "./duckdb.ts";
import type { Column } from "./table.ts";

/**
 * Whether a column that the schema does not name is a metric: a column of numbers, or a text column at
 * least half of whose cells are numbers. The latter is a number column with a slip in it, which must be reported and not
 * passed over.
 */
export function looksNumeric(column: Column): boolean {
  if (column.type === "float64" || column.type === "int64") return true;
  if (column.type === "boolean") return false;
  let filled = 0;
  let numeric = 0;
  for (const text of column.values) {
    if (text === null || text === "" || isMissingWord(text)) continue;
    filled++;
    if (parseNumber(text) !== undefined) numeric++;
  }
  return filled > 0 && 2 * numeric >= filled;
}

/** An expression as a sweep file takes it: quoted, since a comma would end it. */
const sql = (expression: string): string => `{sql: ${JSON.stringify(expression)}}`;

/** Kinds of text that people mean as numbers, and what reads them. The first that a cell is of counts. */
const KINDS: readonly { name: string; pattern: RegExp; cure(column: string): string }[] = [
  {
    name: "with a percent sign",
    pattern: /^\s*[-+]?\d+([.,]\d+)?\s*%\s*$/,
    cure: (column) => sql(`replace(${column}, '%', '')::DOUBLE / 100`),
  },
  {
    name: "with separators of thousands",
    pattern:
      /^\s*[-+]?\d{1,3}(,\d{3})+\.\d+\s*$|^\s*[-+]?\d{1,3}(,\d{3}){2,}\s*$|^\s*[-+]?\d{1,3}([ _'\u00a0\u202f]\d{3})+(\.\d+)?\s*$/,
    cure: (column) => sql(`regexp_replace(${column}, '[^0-9.eE+-]', '', 'g')::DOUBLE`),
  },
  {
    name: "with a decimal comma",
    pattern: /^\s*[-+]?(\d+|\d{1,3}(\.\d{3})+),\d+([eE][-+]?\d+)?\s*$/,
    cure: () => 'decimal: "," in the sweep file, or --decimal ,',
  },
  {
    name: "with a minus of typography",
    pattern: /^\s*[\u2212\u2013]\s*\d+(\.\d+)?\s*$/,
    cure: (column) => sql(`regexp_replace(${column}, '[\u2212\u2013]', '-')::DOUBLE`),
  },
];

/** What stands in a text column that should hold numbers: `1,234 of 1,300 cells ...`, and what reads it. */
export function whyNoNumbers(column: Column): {
  found: string;
  row: number;
  cure: string;
  areMeant: boolean;
} {
  const values = Array.from<unknown>(column.values as ArrayLike<unknown>);
  const counts = new Map<string, { count: number; row: number; text: string }>();
  let filled = 0;
  let numeric = 0;
  values.forEach((value, row) => {
    if (value === null || value === "") return;
    const text = String(value);
    if (isMissingWord(text)) return;
    filled++;
    if (parseNumber(text) !== undefined && column.type !== "boolean") {
      numeric++;
      return;
    }
    const kind = KINDS.find(({ pattern }) => pattern.test(text))?.name ?? "of other text";
    const known = counts.get(kind) ?? { count: 0, row, text };
    known.count++;
    counts.set(kind, known);
  });
  const ranked = [...counts].sort(([, a], [, b]) => b.count - a.count);
  const parts = ranked.map(([kind, { count, text }]) => `${count} ${kind} (${JSON.stringify(text)})`);
  const meant = KINDS.filter(({ name }) => counts.has(name));
  const numberLike = numeric + meant.reduce((sum, { name }) => sum + counts.get(name)!.count, 0);
  return {
    found: `${filled - numeric} of ${filled} cells are no numbers: ${parts.join(", ")}`,
    row: ranked[0]?.[1].row ?? 0,
    cure: meant.map(({ name, cure }) => `${name}: ${cure(quoteName(column.name))}`).join("; "),
    areMeant: filled > 0 && 2 * numberLike >= filled,
  };
}
