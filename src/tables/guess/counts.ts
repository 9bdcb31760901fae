import { isMissingWord, parseCount } from "../numbers.ts";
import { type Column, findColumn, type SourcedTable } from "../table.ts";
import { type CountKey, readCountName } from "./input-names.ts";
import { type ColumnPick, quoted, type Remarking } from "./pick.ts";

/** A column that holds numbers of parameters, tokens or FLOPs. */
export interface CountGuess {
  /** Of the column. */
  name: string;
  /** As an expression. */
  sql: string;
  pick: ColumnPick;
  /** In units of one; NaN where a cell is empty. */
  values: Float64Array;
}

interface Candidate extends CountGuess {
  factor: number;
  /** Whether cells are texts such as `410M`, which are rounded. */
  isLabel: boolean;
}

/** Labels of sizes are rounded, and may leave the embeddings out. */
const LABEL_TOLERANCE = 0.25;

/**
 * The column of a count, by names and values. What is unsure of it is remarked.
 *
 * @returns undefined where no column has such a name and such values
 */
export function guessCount(key: CountKey, table: SourcedTable, remark: Remarking): CountGuess | undefined {
  const candidates = table.columns.flatMap((column) => candidateOf(key, column, table));
  const own = findColumn(table, key);
  const chosen =
    (own && candidates.find(({ name }) => name === key)) ?? exactOf(key, candidates, remark) ?? candidates[0];
  if (chosen === undefined) return undefined;
  const others = candidates.filter((other) =>
    other.values.some((value, row) => differ(value, chosen.values[row]!)),
  );
  if (chosen.name !== key && others.length > 0 && !isLabelled(chosen, others)) {
    remark(key, `or ${others.map(({ name }) => JSON.stringify(name)).join(", ")}: which is meant?`, true);
  }
  return scaled(key, chosen, remark);
}

const differ = (a: number, b: number, tolerance = 1e-6): boolean => Math.abs(a - b) > tolerance * Math.abs(b);

function isLabelled(chosen: Candidate, others: readonly Candidate[]): boolean {
  return others.every(
    ({ isLabel, values }) =>
      isLabel && !values.some((value, row) => differ(value, chosen.values[row]!, LABEL_TOLERANCE)),
  );
}

/** Of numbers and rounded labels of the same sizes, the numbers. */
function exactOf(key: CountKey, candidates: readonly Candidate[], remark: Remarking): Candidate | undefined {
  const exact = candidates.filter(({ isLabel }) => !isLabel);
  const labels = candidates.filter(({ isLabel }) => isLabel);
  const [first] = exact;
  if (exact.length === 1 && labels.length > 0 && isLabelled(first!, labels)) {
    remark(key, `not ${labels.map(({ name }) => name).join(", ")}, which is rounded`);
  }
  return first;
}

function candidateOf(key: CountKey, column: Column, { noNumbers }: SourcedTable): Candidate[] {
  const said = readCountName(column.name);
  if (said?.key !== key || noNumbers?.has(column.name) || column.type === "boolean") return [];
  const isLabel = column.type === "string";
  const filled = Array.from<unknown, string | undefined>(column.values as ArrayLike<unknown>, (value) =>
    value === null || value === "" || isMissingWord(String(value)) ? undefined : String(value),
  );
  const values = Float64Array.from(filled, (text) => (text === undefined ? Number.NaN : parseCount(text)));
  const known = values.filter((value) => value > 0);
  // A few cells that are something else are found when the column is read, with their places.
  if (known.length === 0 || 2 * known.length < filled.filter((text) => text !== undefined).length) return [];
  const sql = quoted(column.name);
  return [{ name: column.name, sql, pick: column.name, values, isLabel, factor: isLabel ? 1 : said.factor }];
}

/** More than any run has for a long time. */
const MOST: Readonly<Record<CountKey, number>> = { n: 1e15, d: 1e17, c: 1e31 };

/** Counts that no run has are in another unit: the unit that the name gives, or the likeliest. */
function scaled(key: CountKey, guess: Candidate, remark: Remarking): CountGuess {
  const known = guess.values.filter((value) => !Number.isNaN(value));
  const most = known.reduce((largest, value) => Math.max(largest, value), 0);
  const written = (factor: number): string => factor.toExponential().replace("+", "");
  const times = (factor: number): CountGuess => {
    const sql = `${guess.sql} * ${written(factor)}`;
    return { ...guess, sql, pick: { sql }, values: guess.values.map((value) => value * factor) };
  };
  if (guess.factor > 1 && most * guess.factor > MOST[key]) {
    remark(key, `its name says a unit of ${written(guess.factor)}, its values up to ${most} do not`, true);
    return guess;
  }
  if (guess.factor > 1) return times(guess.factor);
  if (key === "c") return guess;
  if (most >= 1e5) {
    const isWhole = known.every(Number.isInteger);
    if (!isWhole && key === "n") remark(key, "not whole numbers", true);
    return guess;
  }
  const factor = most >= 1e3 && key === "n" ? 1e6 : 1e9;
  remark(
    key,
    `values up to ${most} are no counts; taken as ${factor === 1e9 ? "billions" : "millions"}: is that the unit?`,
    true,
  );
  return times(factor);
}
