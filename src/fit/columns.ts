import { didYouMean, UserError } from "../errors.ts";
import type { LawInput } from "../methods/law.ts";
import { type CellSource, FINITE, listColumns, type NumberRule, numbers } from "../tables/cells.ts";
import { SQL_PREFIX } from "../tables/columns.ts";
import { guessCount } from "../tables/guess/counts.ts";
import { readMetricName } from "../tables/guess/metric-names.ts";
import { looksNumeric } from "../tables/numbers.ts";
import { type Column, findColumn, type SourcedTable, withIntegers } from "../tables/table.ts";

/** Where a quantity is read from: a column, or an SQL expression over the columns. */
export type Pick = { column: string } | { sql: string };

/** What is read of a row, and from where. */
export interface Picks {
  responses: readonly (Pick & { name: string })[];
  inputs: ReadonlyMap<string, Pick>;
  group: Pick | undefined;
  run: Pick | undefined;
  cost: Pick | undefined;
  weights: { kind: "weights" | "sigma"; pick: Pick } | undefined;
}

/** A finite number, or a count such as 7B; or an empty cell. */
export const NUMBER: NumberRule = {
  ...FINITE,
  allowed: "a finite number, such as 1.9e8 or 7B",
  isCount: true,
};

/** Kinds of counts that inputs of this name are. */
export const COUNTS = { N: "n", D: "d", C: "c" } as const;

/**
 * Reads what a user gives for a column: its name, or an expression.
 *
 * @param key of the sweep file, for messages
 * @throws UserError for a name that is no column's
 */
export function readPick(given: string, table: SourcedTable, key: string): Pick {
  if (findColumn(table, given) !== undefined) return { column: given };
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(given)) return { sql: given };
  const names = table.columns.map(({ name }) => name);
  throw new UserError(
    `${key}: no column ${JSON.stringify(given)}${didYouMean(given, names)}; the columns are ${listColumns(table)}`,
  );
}

/** A pick in words. */
export const describePick = (pick: Pick): string => ("column" in pick ? pick.column : pick.sql);

/** The column of a table that a pick is read as. */
export const columnName = (pick: Pick): string =>
  "column" in pick ? pick.column : `${SQL_PREFIX}${pick.sql}`;

/**
 * The column of a law's input: that of its name, or the one whose name says what it is; undefined where there is none.
 *
 * @param said takes what was guessed, a line
 */
export function guessInput(
  { name, what, mayBeParameter }: LawInput,
  table: SourcedTable,
  said: (line: string) => void,
): Pick | undefined {
  if (findColumn(table, name) !== undefined) return { column: name };
  const pick = Object.hasOwn(COUNTS, name)
    ? guessOfCount(COUNTS[name as keyof typeof COUNTS], table, said)
    : undefined;
  const found = pick ?? (mayBeParameter ? undefined : byWords(name, what, table));
  if (found !== undefined) said(`${name} = ${describePick(found)}`);
  return found;
}

/** The column of parameters, tokens or FLOPs. */
function guessOfCount(
  key: "n" | "d" | "c",
  table: SourcedTable,
  said: (line: string) => void,
): Pick | undefined {
  const remarks: string[] = [];
  const found = guessCount(key, withIntegers(table), (_, text) => remarks.push(text));
  if (found === undefined) return undefined;
  for (const remark of remarks) said(`${key.toUpperCase()}: ${remark}`);
  return typeof found.pick === "string" ? { column: found.pick } : found.pick;
}

/** Words that say nothing of what is counted. */
const COMMON = /^(n|num|number|of|the|a|in|count|total|value|size|model|training)$/;

const wordsOf = (text: string): string[] =>
  text
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "")
    .map((word) => word.replace(/(?<=..)s$/, ""));

/** The only column of numbers all of whose telling words are in the description of an input; or that of its name in another case. */
function byWords(name: string, what: string, table: SourcedTable): Pick | undefined {
  const numeric = table.columns.filter(looksNumeric);
  const same = numeric.filter((column) => column.name.toLowerCase() === name.toLowerCase());
  if (same.length === 1) return { column: same[0]!.name };
  const told = new Set(wordsOf(what));
  const scored = numeric.map((column) => {
    const words = wordsOf(column.name).filter((word) => !COMMON.test(word));
    return { column, score: words.every((word) => told.has(word)) ? words.length : 0 };
  });
  const most = scored.reduce((best, { score }) => Math.max(best, score), 0);
  const best = scored.filter(({ score }) => score === most);
  return most > 0 && best.length === 1 ? { column: best[0]!.column.name } : undefined;
}

/**
 * The column of the response: the only one that is named as a loss.
 *
 * @param outputs left sides of the laws, none of them a column
 * @throws UserError where there is none, or several
 */
export function guessResponse(
  table: SourcedTable,
  outputs: readonly string[],
  key: string,
  said: (line: string) => void,
): string {
  const numeric = table.columns.filter(looksNumeric);
  const exact = numeric.filter(({ name }) => name.toLowerCase() === "loss");
  const losses =
    exact.length === 1 ? exact : numeric.filter(({ name }) => readMetricName(name)?.kind === "loss");
  if (losses.length === 1) {
    said(`y = ${losses[0]!.name}`);
    return losses[0]!.name;
  }
  const texts = table.columns.filter(
    (column) => !looksNumeric(column) && readMetricName(column.name)?.kind === "loss",
  );
  const problem =
    losses.length === 0
      ? texts.length === 0
        ? "no column is named as a loss"
        : `${texts.map(({ name }) => name).join(", ")} has no numbers${table.rows === 0 ? ", as the table has no rows" : ' (--decimal "," reads 2,5 as 2.5)'}`
      : `${losses.map(({ name }) => name).join(", ")} are all named as losses`;
  const no = outputs.map((name) => `, ${JSON.stringify(name)} on the left side of the law is no column`);
  throw new UserError(
    `${key}: missing${no.join("")}, and ${problem}; allowed: the column of the response, --y COLUMN; the columns are ${listColumns(table)}`,
  );
}

/** The numbers of a column, NaN where a cell is empty. */
export function numbersOf(from: CellSource, column: Column, rule: NumberRule = NUMBER): Float64Array {
  return numbers(from, column, rule);
}
