import { formatNumber } from "../../text.ts";
import { isMissingWord, parseCount, roundingOf, whyNoNumbers } from "../numbers.ts";
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
  /** What cells may be off by, as they are rounded. */
  rounding: Float64Array;
}

/** Labels of sizes may be off by more than their rounding, by so much of the size. */
const LABEL_TOLERANCE = 0.05;

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
  if (chosen === undefined) {
    const texts = table.columns.find((column) => readCountName(column.name)?.key === key);
    const why = texts && whyNoNumbers(texts, true);
    if (why?.areMeant) remark(key, `${texts!.name}: ${why.problem}${why.cure}`, true);
    return undefined;
  }
  const others = candidates.filter((other) =>
    other.values.some((value, row) => differ(value, chosen.values[row]!)),
  );
  if (chosen.name !== key && others.length > 0 && !isLabelled(chosen, others)) {
    remark(key, `or ${others.map(({ name }) => JSON.stringify(name)).join(", ")}: which is meant?`, true);
  }
  return scaled(key, chosen, remark);
}

/** Units in words, by the factor that makes counts of them. */
const UNIT_WORDS: Readonly<Record<string, string>> = { "1e6": "millions", "1e9": "billions" };

/**
 * What is unlikely of a column that is taken for a count by its very name, as it is; undefined where its values are those of
 * models.
 */
export function unlikelyCount(key: "n" | "d", table: SourcedTable, name: string): string | undefined {
  const said: string[] = [];
  const own = { ...table, columns: table.columns.filter((column) => column.name === name) };
  const guess = guessCount(key, own, (_, text) => said.push(text));
  if (guess === undefined) return undefined;
  if (typeof guess.pick === "string") return said.find((text) => text.startsWith(`${guess.sql} is `));
  const factor = guess.sql.slice(guess.sql.lastIndexOf(" ") + 1);
  const most = guess.values.filter((value) => value > 0).reduce((a, b) => Math.max(a, b)) / Number(factor);
  return `${name} has values up to ${formatNumber(most)}, taken as they are: --x "${name}=${guess.sql.replaceAll(" ", "")}" if they are ${UNIT_WORDS[factor]}`;
}

const differ = (a: number, b: number): boolean => Math.abs(a - b) > 1e-6 * Math.abs(b);

function isLabelled(chosen: Candidate, others: readonly Candidate[]): boolean {
  return others.every(({ isLabel, values, rounding }) => {
    const isOff = (value: number, row: number): boolean =>
      Math.abs(value - chosen.values[row]!) >
      1.001 * Math.max(rounding[row]!, LABEL_TOLERANCE * Math.abs(value));
    return isLabel && !values.some(isOff);
  });
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
  const rounding = Float64Array.from(filled, (text) => roundingOf(text ?? ""));
  const factor = isLabel ? 1 : said.factor;
  return [{ name: column.name, sql, pick: column.name, values, isLabel, rounding, factor }];
}

/** More than any run has for a long time. */
const MOST: Readonly<Record<CountKey, number>> = { n: 1e15, d: 1e17, c: 1e31 };

/** Counts of runs lie well within these: the least one, the largest one where a name gives the unit, and the most. */
const PLAUSIBLE: Readonly<Record<CountKey, readonly [least: number, largest: number, most: number]>> = {
  n: [1e4, 1e7, 1e13],
  d: [1e4, 1e8, 1e14],
  c: [0, 0, Number.POSITIVE_INFINITY],
};

/** Remarks counts that no model has, by the unit that the name gives or the values seem to have. */
function checkPlausible(
  key: CountKey,
  { values, sql }: CountGuess,
  isNamed: boolean,
  remark: Remarking,
): void {
  const known = values.filter((value) => value > 0).sort();
  const [least, largest] = [known[0]!, known.at(-1)!];
  const [allowed, expected, most] = PLAUSIBLE[key];
  if (least >= allowed && largest >= (isNamed ? expected : 0) && largest <= most) return;
  const what = key === "n" ? "parameters" : "tokens";
  remark(
    key,
    `${sql} is ${least.toPrecision(3)} to ${largest.toPrecision(3)} ${what}: are all in that unit?`,
    true,
  );
}

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
  if (guess.factor > 1) {
    const scaledGuess = times(guess.factor);
    checkPlausible(key, scaledGuess, true, remark);
    return scaledGuess;
  }
  if (key === "c") return guess;
  if (most >= 1e5) {
    checkPlausible(key, guess, false, remark);
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
