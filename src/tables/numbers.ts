import { getOrInsert } from "../collections.ts";
import { UserError } from "../errors.ts";
import { quoteName } from "./sql/duckdb.ts";
import type { Column } from "./table.ts";

const UNITS: readonly (readonly [suffix: string, factor: number])[] = [
  ["T", 1e12],
  ["B", 1e9],
  ["M", 1e6],
  ["K", 1e3],
];

/** A count for names: 200000000 is `200M`, 1300000000 is `1.3B`, 7 is `7`. */
export function formatCount(count: number): string {
  const [suffix, factor] = UNITS.find(([, factor]) => count >= factor) ?? ["", 1];
  return `${count / factor}${suffix}`;
}

/** Whether a text is a number with a unit of counts, such as `410M`. An exponent and a unit together, `1e9B`, are a mistake. */
const hasUnit = (text: string): boolean => /^\s*[-+]?(\d+\.?\d*|\.\d+)\s*[KMBT]\s*$/i.test(text);

/**
 * The number that a count such as `200M`, `1.3B`, `2T`, `2e8`, `0.5` means, or NaN where it means none. K is 1e3, M 1e6, B 1e9 and
 * T 1e12, in either case.
 */
export function parseCount(text: string): number {
  if (!hasUnit(text)) return parseNumber(text) ?? Number.NaN;
  const trimmed = text.trim();
  const factor = UNITS.find(([suffix]) => suffix === trimmed.slice(-1).toUpperCase())![1];
  // Rounded: 1.1 * 1e9 is not a whole number in float64.
  return Math.round(Number(trimmed.slice(0, -1)) * factor);
}

/** Half a unit of the last digit of a count as it is written: 5e7 of `1.3B`. */
export function roundingOf(text: string): number {
  const [, decimals = "", unit = ""] = /^\s*\d*\.?(\d*)\s*([KMBT]?)\s*$/i.exec(text) ?? [];
  return (0.5 * parseCount(`1${unit}`)) / 10 ** decimals.length;
}

/**
 * Of counts of one quantity, some of which have a unit, one that has none and is too small to be meant without: `7` beside `410M`.
 *
 * @returns its place, or -1
 */
export function withoutUnit(counts: readonly unknown[]): number {
  if (!counts.some((count) => typeof count === "string" && hasUnit(count))) return -1;
  return counts.findIndex(
    (count) => count !== null && !hasUnit(String(count)) && Math.abs(parseCount(String(count))) < 1e4,
  );
}

/**
 * The size that a name such as `7B@2T` says: parameters and training tokens. Undefined where it is not of this kind.
 *
 * @throws UserError for a name of this kind whose parts are not two counts above 0, or only one of which has a unit that it needs
 */
export function parseSize(name: string, where: string): { n: number; d: number } | undefined {
  const parts = name.split("@");
  const [n = Number.NaN, d = Number.NaN] = parts.map(parseCount);
  if (parts.length !== 2 || (Number.isNaN(n) && Number.isNaN(d))) return undefined;
  const odd = withoutUnit(parts);
  const problem =
    n > 0 && d > 0 && Number.isFinite(n) && Number.isFinite(d)
      ? parts[odd] && `${JSON.stringify(parts[odd])} has no unit`
      : "its parts are not two numbers above 0";
  if (problem === undefined) return { n, d };
  throw new UserError(
    `${where}: ${JSON.stringify(name)}: ${problem}; allowed: parameters@tokens, such as 7B@2T or 1.9e8@3.8e9`,
  );
}

/** Whether a text is a common word for a missing value: Python's None, R's NA, SQL's NULL, a dash. NaN is not one, as it may be a result. */
export function isMissingWord(text: string): boolean {
  return /^\s*(none|null|na|n\/a|-+|\u2013|\u2014)\s*$/i.test(text);
}

/** A decimal number, or undefined: what `Number` takes except the empty text, hexadecimal numbers and infinities. */
export function parseNumber(text: string): number | undefined {
  if (!/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(text)) return undefined;
  return Number(text);
}

/**
 * Whether a column that the schema does not name is a metric: a column of numbers, or a text column at
 * least half of whose cells are numbers. The latter is a number column with a mistake in it, which must be reported and not
 * ignored.
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

/** Whether none of some texts is a number or is meant as one. */
export function meanNoNumbers(texts: readonly string[]): boolean {
  return texts.every(
    (text) => parseNumber(text) === undefined && !KINDS.some(({ pattern }) => pattern.test(text)),
  );
}

/** An expression as a sweep file takes it: quoted, since a comma would end it. */
const sql = (expression: string): string => `{sql: ${JSON.stringify(expression)}}`;

/** The column that a kind of text is read from. */
interface Meant {
  /** The column as SQL. */
  column: string;
  /** Whether it comes from CSV files, for which a sweep file may give the decimal separator. */
  isCsv: boolean;
}

const asDecimals = ({ column, isCsv }: Meant): string =>
  isCsv ? 'decimal: "," in the sweep file, or --decimal ,' : sql(`replace(${column}, ',', '.')::DOUBLE`);
const asThousands = ({ column }: Meant): string =>
  sql(`regexp_replace(${column}, '[^0-9.eE+-]', '', 'g')::DOUBLE`);

const THOUSANDS = "with separators of thousands";
const DECIMALS = "with a decimal comma";
/** `1,366` may be either; other cells of the column may decide. */
const EITHER = "with a comma of decimals or of thousands";

/** Kinds of text that people mean as numbers, with an expression that reads each. The first kind that matches a cell counts. */
const KINDS: readonly { name: string; pattern: RegExp; cure(source: Meant): string }[] = [
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

/** The cells of a column that are not numbers, although they may be meant as numbers. */
interface NoNumbers {
  /** `2 of 5 cells are not numbers: 1 with a percent sign ("5 %"), 1 of other text ("x"); 3 more say that ...`. */
  problem: string;
  /** Numbers of cells that are not numbers, and that are. */
  count: number;
  numeric: number;
  /** The first cell of the most frequent kind. */
  row: number;
  /** Expressions that read the cells, as the end of a message; empty if none is known. */
  cure: string;
  /** Whether half of the cells or more are meant as numbers. */
  areMeant: boolean;
}

/** Describes the cells that are not numbers in a column that should hold numbers, and expressions that read them. */
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
    problem: `${count} of ${filled} cells are not numbers: ${parts.join(", ")}${more ?? ""}`,
    count,
    numeric,
    row: ranked[0]?.[1].row ?? 0,
    cure: cure === "" ? "" : `; to read them: ${cure}`,
    areMeant: filled > 0 && 2 * numberLike >= filled,
  };
}

/** Number of cells of a kind, and the first of them. */
interface KindCount {
  count: number;
  row: number;
  text: string;
}

/** The cells of a column by kind; empty cells have no kind. */
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
    getOrInsert(kinds, kind, () => ({ count: 0, row, text })).count++;
  });
  const missing = kinds.get(MISSING);
  kinds.delete(MISSING);
  // An ambiguous comma has the meaning of the column's other commas, if they agree.
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
