import { getOrInsert } from "../collections.ts";
import { didYouMean, UserError } from "../errors.ts";
import { SQL_PREFIX } from "./columns.ts";
import { tableFormat } from "./files.ts";
import { isMissingWord, parseCount, parseNumber, whyNoNumbers, withoutUnit } from "./numbers.ts";
import { describeRow, type Origin } from "./origin.ts";
import { type Column, findColumn, type SourcedTable, type Table } from "./table.ts";

/** A table and what messages about it need. */
export interface CellSource {
  table: Table;
  /** Name of the table in messages that are not about a single row. */
  source: string;
  origin: Origin;
  literalNaN: ReadonlyMap<string, number>;
  /** Types of the columns whose values are not numbers even where their text looks like one, by column. @default none */
  noNumbers?: ReadonlyMap<string, string> | undefined;
  /** Collects the words that are read as missing cells, by column. Without it such words are errors, as other text is. */
  missingWords?: Map<string, MissingWords>;
  /** Collects what those columns hold that are not taken as metrics although some of their cells are numbers, by column. */
  passedOver?: Map<string, string>;
}

/**
 * A table as the source of checked cells.
 *
 * @param source its name in messages
 * @throws UserError where it has no rows
 */
export function cellSource(table: Table | SourcedTable, source: string): CellSource {
  if (table.rows === 0) throw new UserError(`${source}: the table has no rows`);
  const isRead = "files" in table;
  return {
    table,
    source,
    origin: isRead
      ? { files: table.files, ...(table.sourceRow && { sourceRow: table.sourceRow }) }
      : { files: [{ path: source, rows: table.rows }] },
    literalNaN: isRead ? table.literalNaN : new Map(),
    noNumbers: isRead ? table.noNumbers : undefined,
  };
}

/** Words of a column that were read as missing cells. */
export interface MissingWords {
  word: string;
  /** 0-based row of the first. */
  row: number;
  count: number;
}

/** What the numbers of a column may be. */
export interface NumberRule {
  /** In words, for messages: `a number > 0`. */
  allowed: string;
  holds: (value: number) => boolean;
  /** Whether a cell may be empty. */
  optional: boolean;
  /** Whether a cell may be a count with a unit, such as `7B`. @default false */
  isCount?: boolean;
}

/** What a metric may be, and a share before it is known that it is one. */
export const FINITE: NumberRule = { allowed: "a finite number", holds: () => true, optional: true };
/** What a size or a count may be. */
export const POSITIVE: NumberRule = { allowed: "a number > 0", holds: (value) => value > 0, optional: false };
/** What numbers of parameters, tokens and FLOPs may be. */
export const COUNT: NumberRule = { ...POSITIVE, allowed: "a number > 0, such as 1.9e8 or 7B", isCount: true };
export const COUNT_OR_EMPTY: NumberRule = { ...COUNT, optional: true };
export const STEP: NumberRule = { allowed: "a number >= 0", holds: (value) => value >= 0, optional: true };
/** What the share of a training source may be. */
export const SHARE: NumberRule = {
  allowed: "a share from 0 to 1",
  holds: (value) => value >= 0 && value <= 1,
  optional: false,
};

/** The error of one cell: file, row, column, value and what is allowed. */
export function cellError(
  from: CellSource,
  row: number,
  column: string,
  problem: string,
  allowed: string,
): UserError {
  const place = `${describeRow(from.origin, row)}, column ${JSON.stringify(column)}`;
  return new UserError(`${place}: ${problem}; allowed: ${allowed}`);
}

/** The names of the table's own columns for a message, the first dozen of them. */
export function listColumns(table: Table): string {
  const names = table.columns.map(({ name }) => name).filter((name) => !name.startsWith(SQL_PREFIX));
  const more = names.length - 12;
  return more > 0 ? `${names.slice(0, 12).join(", ")} and ${more} more` : names.join(", ");
}

/** A table lacks a column that it needs, or that the user named. */
export class MissingColumn extends UserError {}

/**
 * The column of that name.
 *
 * @param key key with which the user names it, `columns.n`; undefined if the schema does
 * @throws MissingColumn with the nearest name where it is not there
 */
export function requireColumn(from: CellSource, name: string, key?: string): Column {
  const column = findColumn(from.table, name);
  if (column !== undefined) return column;
  const near = didYouMean(
    name,
    from.table.columns.map((candidate) => candidate.name),
  );
  const asked = key === undefined ? "" : ` (named under ${key})`;
  throw new MissingColumn(
    `${from.source}: no column ${JSON.stringify(name)}${asked}${near}; the columns are ${listColumns(from.table)}`,
  );
}

/**
 * The numbers of a column, NaN where a cell is empty; length rows.
 *
 * @throws UserError for a column of times or of decimals too wide, and at the first cell that is text, NaN, infinite, empty where it must not be, or not allowed
 */
export function numbers(from: CellSource, column: Column, rule: NumberRule): Float64Array {
  demandNumbers(from, column, rule.allowed);
  const allowed = rule.optional ? `${rule.allowed}, or an empty cell where it is missing` : rule.allowed;
  const values = toNumbers(from, column, rule, allowed);
  const writtenNaN = from.literalNaN.get(column.name);
  if (writtenNaN !== undefined) throw cellError(from, writtenNaN, column.name, "NaN", allowed);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (Number.isNaN(value)) {
      if (!rule.optional) throw cellError(from, row, column.name, "the cell is empty", allowed);
    } else if (!Number.isFinite(value) || !rule.holds(value)) {
      throw cellError(from, row, column.name, String(value), allowed);
    }
  }
  return values;
}

/** Demands that the values of a column's type are numbers, which dates are not. @throws UserError at the first value */
export function demandNumbers(from: CellSource, column: Column, allowed: string): void {
  const type = from.noNumbers?.get(column.name);
  const row =
    type === undefined ? -1 : Array.from<unknown>(column.values).findIndex((value) => value !== null);
  if (row < 0) return;
  const problem = `${JSON.stringify(column.values[row])} is of type ${type}, which is not a number`;
  throw cellError(from, row, column.name, problem, allowed);
}

/** The numbers of a column that a table may lack: all NaN then. Errors as those of `numbers`. */
export function optionalNumbers(
  from: CellSource,
  column: Column | undefined,
  rule: NumberRule,
): Float64Array {
  return column === undefined
    ? new Float64Array(from.table.rows).fill(Number.NaN)
    : numbers(from, column, rule);
}

function toNumbers(from: CellSource, column: Column, rule: NumberRule, allowed: string): Float64Array {
  if (column.type === "float64") return column.values;
  const odd = rule.isCount && column.type === "string" ? withoutUnit(column.values) : -1;
  if (odd >= 0) {
    const problem = `${JSON.stringify(column.values[odd])} has no unit, as other cells of the column have`;
    throw cellError(from, odd, column.name, problem, allowed);
  }
  return Float64Array.from<string | number | boolean | null>(column.values, (value, row) => {
    if (value === null || value === "") return Number.NaN;
    if (typeof value === "number") return value;
    // Where a cell may be empty these words say that it is.
    if (from.missingWords && rule.optional && typeof value === "string" && isMissingWord(value)) {
      countMissing(from, column.name, value, row);
      return Number.NaN;
    }
    const number =
      typeof value !== "string" ? undefined : rule.isCount ? parseCount(value) : parseNumber(value);
    if (number === undefined || Number.isNaN(number)) throw textError(from, column, row, allowed);
    return number;
  });
}

/** Counts a word that is read as a missing cell. */
export function countMissing({ missingWords }: CellSource, column: string, word: string, row: number): void {
  if (missingWords) getOrInsert(missingWords, column, () => ({ word, row, count: 0 })).count++;
}

/** The error of a cell that is not a number: what it holds, what the column's other cells hold, and an expression that reads them. */
function textError(from: CellSource, column: Column, row: number, allowed: string): UserError {
  const { problem, count, cure } = whyNoNumbers(column, areCsv(from));
  const others = count > 1 ? ` (${problem})` : "";
  const value = JSON.stringify(column.values[row]);
  return cellError(from, row, column.name, `${value} is not a number${others}`, `${allowed}${cure}`);
}

/** Whether a table comes from CSV files, for which a sweep file may give the decimal separator. */
export function areCsv({ origin }: CellSource): boolean {
  return origin.files.every(({ path }) => tableFormat(path) === "csv");
}

/** The texts of a column, null where a cell is empty; numbers and booleans become text. */
export function texts(column: Column): (string | null)[] {
  if (column.type === "string") {
    return column.values.includes("") ? column.values.map((text) => text || null) : column.values;
  }
  if (column.type === "float64") {
    return Array.from(column.values, (value) => (Number.isNaN(value) ? null : String(value)));
  }
  return column.values.map((value) => (value === null ? null : String(value)));
}

/** The texts of a column that must have no empty cell. @throws UserError at the first one */
export function requiredTexts(from: CellSource, column: Column): string[] {
  const values = texts(column);
  const row = values.indexOf(null);
  if (row >= 0) throw cellError(from, row, column.name, "the cell is empty", "a name");
  return values as string[];
}
