import { isMissingWord, parseNumber } from "./numbers.ts";
import { quoteName } from "./sql/duckdb.ts";
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

/** What a kind of text is read by. */
interface Source {
  /** The column as SQL. */
  column: string;
  /** Whether it is of CSV files, whose decimals a sweep file may give. */
  isCsv: boolean;
}

const asDecimals = ({ column, isCsv }: Source): string =>
  isCsv ? 'decimal: "," in the sweep file, or --decimal ,' : sql(`replace(${column}, ',', '.')::DOUBLE`);
const asThousands = ({ column }: Source): string =>
  sql(`regexp_replace(${column}, '[^0-9.eE+-]', '', 'g')::DOUBLE`);

const THOUSANDS = "with separators of thousands";
const DECIMALS = "with a decimal comma";
/** `1,366` may be either. Other cells of the column may tell. */
const EITHER = "with a comma of decimals or of thousands";

/** Kinds of text that people mean as numbers, and what reads them. The first that a cell is of counts. */
const KINDS: readonly { name: string; pattern: RegExp; cure(source: Source): string }[] = [
  {
    name: "with a percent sign",
    pattern: /^\s*[-+]?\d+([.,]\d+)?\s*%\s*$/,
    cure: ({ column }) => sql(`replace(replace(${column}, '%', ''), ',', '.')::DOUBLE / 100`),
  },
  {
    name: THOUSANDS,
    pattern:
      /^\s*[-+]?\d{1,3}(,\d{3})+\.\d+\s*$|^\s*[-+]?\d{1,3}(,\d{3}){2,}\s*$|^\s*[-+]?\d{1,3}([ _'\u00a0\u202f]\d{3})+(\.\d+)?\s*$/,
    cure: asThousands,
  },
  {
    name: EITHER,
    pattern: /^\s*[-+]?[1-9]\d{0,2},\d{3}\s*$/,
    cure: (source) =>
      `${asDecimals(source)} where it is of decimals, ${asThousands(source)} where it is of thousands`,
  },
  {
    name: DECIMALS,
    pattern: /^\s*[-+]?\d+,\d+([eE][-+]?\d+)?\s*$/,
    cure: asDecimals,
  },
  {
    name: "with points for thousands and a decimal comma",
    pattern: /^\s*[-+]?\d{1,3}(\.\d{3})+,\d+\s*$/,
    cure: ({ column }) => sql(`replace(replace(${column}, '.', ''), ',', '.')::DOUBLE`),
  },
  {
    name: "with a minus of typography",
    pattern: /^\s*[\u2212\u2013]\s*\d+(\.\d+)?\s*$/,
    cure: ({ column }) => sql(`regexp_replace(${column}, '[\u2212\u2013]', '-')::DOUBLE`),
  },
];

/** What a column holds that is no number, though it may be meant as one. */
export interface NoNumbers {
  /** `2 of 5 cells are no numbers: 1 with a percent sign ("5 %"), 1 of other text ("x"); 3 more say that ...`. */
  found: string;
  /** Cells that are no numbers, and how many of the others are. */
  count: number;
  numeric: number;
  /** The first cell of the most frequent kind. */
  row: number;
  /** What reads the cells, to stand behind what is allowed; empty where nothing is known to. */
  cure: string;
  /** Whether half of the cells or more are meant as numbers. */
  areMeant: boolean;
}

/** What stands in a column that should hold numbers, and what reads it. */
export function whyNoNumbers(column: Column, isCsv: boolean): NoNumbers {
  const { kinds, numeric, missing } = countKinds(column);
  const ranked = [...kinds].sort(([, a], [, b]) => b.count - a.count);
  const count = ranked.reduce((sum, [, kind]) => sum + kind.count, 0);
  const filled = numeric + count;
  const parts = ranked.map(([kind, { count, text }]) => `${count} ${kind} (${JSON.stringify(text)})`);
  const meant = KINDS.filter(({ name }) => kinds.has(name));
  const numberLike = numeric + meant.reduce((sum, { name }) => sum + kinds.get(name)!.count, 0);
  const more =
    missing && `; ${missing.count} more are words for a missing cell (${JSON.stringify(missing.text)})`;
  const source = { column: quoteName(column.name), isCsv };
  const cure = meant.map(({ name, cure }) => `${name}: ${cure(source)}`).join("; ");
  return {
    found: `${count} of ${filled} cells are no numbers: ${parts.join(", ")}${more ?? ""}`,
    count,
    numeric,
    row: ranked[0]?.[1].row ?? 0,
    cure: cure === "" ? "" : `; what reads them: ${cure}`,
    areMeant: filled > 0 && 2 * numberLike >= filled,
  };
}

/** How many cells are of a kind, and the first of them. */
interface KindCount {
  count: number;
  row: number;
  text: string;
}

/** The cells of a column by kind; empty ones are of none. */
function countKinds(column: Column): {
  kinds: Map<string, KindCount>;
  numeric: number;
  missing: KindCount | undefined;
} {
  const kinds = new Map<string, KindCount>();
  const MISSING = "";
  let numeric = 0;
  Array.from<unknown>(column.values as ArrayLike<unknown>).forEach((value, row) => {
    if (value === null || value === "") return;
    const text = String(value);
    if (parseNumber(text) !== undefined && column.type !== "boolean") {
      numeric++;
      return;
    }
    const kind = isMissingWord(text)
      ? MISSING
      : (KINDS.find(({ pattern }) => pattern.test(text))?.name ?? "of other text");
    const known = kinds.get(kind) ?? { count: 0, row, text };
    known.count++;
    kinds.set(kind, known);
  });
  const missing = kinds.get(MISSING);
  kinds.delete(MISSING);
  // A comma that may be either is what the column's other commas are, where they agree.
  const either = kinds.get(EITHER);
  const sure = [DECIMALS, THOUSANDS].filter((name) => kinds.has(name));
  if (either !== undefined && sure.length === 1) {
    const other = kinds.get(sure[0]!)!;
    const first = other.row < either.row ? other : either;
    kinds.set(sure[0]!, { ...first, count: other.count + either.count });
    kinds.delete(EITHER);
  }
  return { kinds, numeric, missing };
}
