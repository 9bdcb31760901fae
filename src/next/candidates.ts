import { UserError } from "../errors.ts";
import { unitOfUniqueTokens } from "../forms/size-inputs.ts";
import { compileCost } from "../planner/cost.ts";
import { cellError, cellSource, numbers, texts } from "../tables/cells.ts";
import { countsByName, readCountName, runNameRank } from "../tables/guess/input-names.ts";
import { parseCount } from "../tables/numbers.ts";
import { readTable } from "../tables/read.ts";
import { formatNumber } from "../text.ts";
import type { NextOptions } from "./spec.ts";

/** Runs that may be trained, by the columns that say what they are. */
export interface Candidates {
  /** A name for each. */
  names: string[];
  /** Inputs, and what else a table has of numbers: an array a column, a value a candidate. */
  columns: ReadonlyMap<string, ArrayLike<number>>;
  /** The error of the value of a candidate in a column. */
  error(row: number, column: string, problem: string, allowed: string): UserError;
}

/** Most candidates that are ranked. */
const MOST = 20_000;

const GRID =
  "N=1e8..1e10:8,D=20B..2T:8: ranges from the smaller to the larger in equal ratios with how many values, or single values";

/**
 * Reads candidates: a table of any format, or the crossing of ranges, `N=1e8..1e10:8,D=2e12`.
 *
 * @throws UserError for a table that is not there or has no numbers, and for text that is no range
 */
async function readCandidates(given: string): Promise<Candidates> {
  const isGrid = /^\s*[A-Za-z]\w*\s*=/.test(given);
  const candidates = isGrid ? grid(given) : await fromTable(given);
  const count = candidates.names.length;
  if (count > MOST)
    throw new UserError(
      `--candidates: ${JSON.stringify(given)} has ${count} candidates; allowed: at most ${MOST}`,
    );
  return candidates;
}

async function fromTable(path: string): Promise<Candidates> {
  const from = cellSource(await readTable([path]), path);
  const { table } = from;
  const named = table.columns
    .filter(({ name, type }) => type === "string" && runNameRank(name) >= 0)
    .toSorted((a, b) => runNameRank(a.name) - runNameRank(b.name))[0];
  const columns = new Map(
    table.columns.flatMap((column): [string, Float64Array][] =>
      column.type === "float64" || column.type === "int64" || readCountName(column.name) !== undefined
        ? [[column.name, numbers(from, column, NUMBER)]]
        : [],
    ),
  );
  const words = named === undefined ? [] : texts(named);
  return {
    names: Array.from({ length: table.rows }, (_, row) => words[row] || `row ${row + 1}`),
    columns,
    error: (row, column, problem, allowed) => cellError(from, row, column, problem, allowed),
  };
}

const NUMBER: Parameters<typeof numbers>[2] = {
  ...{ allowed: "a number, such as 1.9e8 or 7B", holds: () => true, optional: true, isCount: true },
};

function grid(text: string): Candidates {
  const ranges = text.split(",").map((part): [string, number[]] => {
    const [, name, range] = /^\s*([A-Za-z]\w*)\s*=\s*(\S.*?)\s*$/.exec(part) ?? [];
    const values = range === undefined ? undefined : valuesOf(range);
    if (name !== undefined && values !== undefined) return [name, values];
    throw new UserError(`--candidates: ${JSON.stringify(part.trim())}; allowed: a table, or ${GRID}`);
  });
  const names = ranges.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UserError(`--candidates: ${JSON.stringify(twice)} is given twice`);
  const rows = ranges.reduce<number[][]>(
    (before, [, values]) => before.flatMap((row) => values.map((value) => [...row, value])),
    [[]],
  );
  const nameOf = (row: readonly number[]) =>
    names.map((name, v) => `${name}=${formatNumber(row[v]!, 4)}`).join(", ");
  return {
    names: rows.map(nameOf),
    columns: new Map(names.map((name, v) => [name, Float64Array.from(rows, (row) => row[v]!)])),
    error: (row, column, problem, allowed) =>
      new UserError(`--candidates: ${nameOf(rows[row]!)}: ${column}: ${problem}; allowed: ${allowed}`),
  };
}

/** Reads `1e8..1e10:8` or `1e8`; undefined where it is neither. */
function valuesOf(text: string): number[] | undefined {
  const [, from, to, count] = /^(.+?)\.\.(.+?):(\d+)$/.exec(text) ?? [];
  if (from === undefined) {
    const value = parseCount(text);
    return Number.isFinite(value) ? [value] : undefined;
  }
  const [low, high, steps] = [parseCount(from), parseCount(to!), Number(count)];
  if (!(low > 0 && high > low && Number.isFinite(high) && steps >= 2 && steps <= MOST)) return undefined;
  return Array.from({ length: steps }, (_, i) =>
    i === steps - 1 ? high : low * (high / low) ** (i / (steps - 1)),
  );
}

/** Inputs that candidates and targets do not say, held for all of them. */
export interface HeldValues {
  at: Readonly<Record<string, number>>;
  uniqueTokens: number | undefined;
}

/**
 * The inputs of a law at places that say them by name, or by a number of parameters, of tokens or of FLOPs in the unit of a name.
 *
 * @returns the values of each input, one a place, in the order of the law's; undefined for an input that is not said
 */
export function inputsAt(
  variables: readonly string[],
  columns: ReadonlyMap<string, ArrayLike<number>>,
  { at, uniqueTokens }: HeldValues,
): (ArrayLike<number> | undefined)[] {
  const places = Math.max(0, ...Array.from(columns.values(), ({ length }) => length));
  const { n, d, c } = countsByName(columns);
  const counts = { n, d, c: c ?? (n && d && n.map((size, i) => 6 * size * d[i]!)) };
  return variables.map((name): ArrayLike<number> | undefined => {
    const unit = unitOfUniqueTokens(name);
    const inHeld = Object.hasOwn(at, name) ? at[name] : undefined;
    const value = unit !== undefined && uniqueTokens !== undefined ? uniqueTokens / unit : inHeld;
    const given =
      columns.get(name) ?? (value === undefined ? undefined : new Float64Array(places).fill(value));
    // A run that is shorter than the unique tokens repeats nothing.
    if (given !== undefined)
      return unit && d ? d.map((tokens, i) => Math.min(given[i]!, tokens / unit)) : given;
    const count = readCountName(name);
    if (count !== undefined) return counts[count.key]?.map((value) => value / count.factor);
    // Beside N it is another number of parameters, which follows from those of the law.
    const isRatio = name === "M" && !variables.includes("N");
    return isRatio && n && d ? n.map((size, i) => d[i]! / size) : undefined;
  });
}

/** Candidates and the cost of each, in FLOPs or the unit of the expression. */
export interface PricedCandidates {
  candidates: Candidates;
  /** The expression of the costs. */
  cost: string;
  costs: Float64Array;
  held: HeldValues;
}

/**
 * Reads candidates and works out what each costs, which takes no law: mistakes are found before anything is fitted.
 *
 * @throws UserError for candidates that are no table, for a cost that is not above 0, and for a spending limit that pays for none
 */
export async function priceCandidates({
  candidates: given,
  cost,
  spend,
  at = {},
  uniqueTokens,
}: Omit<NextOptions, "targets">): Promise<PricedCandidates> {
  const held = { at, uniqueTokens };
  const candidates = await readCandidates(given);
  const { expression, costs } = costsOf(candidates, cost, held);
  checkSpend(spend, candidates, costs);
  return { candidates, cost: expression, costs, held };
}

/** @throws UserError for a spending limit that pays for no candidate */
function checkSpend(spend: number | undefined, { names }: Candidates, costs: Float64Array): void {
  if (spend === undefined) return;
  const least = costs.reduce((best, cost, i) => (cost < costs[best]! ? i : best), 0);
  if (spend >= costs[least]!) return;
  throw new UserError(
    `--spend: ${formatNumber(spend)} is below the cheapest candidate, ${names[least]}, which costs ${formatNumber(costs[least]!)}; allowed: a larger limit`,
  );
}

/** Why candidates have no parameters or tokens. */
function whyNone(columns: Candidates["columns"], key: "n" | "d"): string {
  const names = [...columns.keys()].filter((name) => readCountName(name)?.key === key);
  const what = key === "n" ? "parameters N" : "tokens D";
  return names.length === 0
    ? `no number of ${what}`
    : `${names.length} numbers of ${what}, ${names.join(", ")}`;
}

/**
 * What each candidate costs: an expression of its columns, of N and D where these are known, and of what is held; without one, 6 N D, or
 * a column named cost.
 *
 * @throws UserError for a name that is none of these, and for a candidate whose cost is not above 0
 */
function costsOf(
  { names, columns, error }: Candidates,
  given: string | undefined,
  { at, uniqueTokens }: HeldValues,
): { expression: string; costs: Float64Array } {
  const { n, d } = countsByName(columns);
  // What a candidate says itself stands before what is held, as in the law's inputs.
  const known = new Map<string, ArrayLike<number>>([
    ...Object.entries({ ...at, ...(uniqueTokens !== undefined && { U: uniqueTokens }) }).map(
      ([name, value]): [string, Float64Array] => [name, new Float64Array(names.length).fill(value)],
    ),
    ...Object.entries({ N: n, D: d }).flatMap(([name, values]): [string, Float64Array][] =>
      values === undefined ? [] : [[name, values]],
    ),
    ...[...columns].filter(([name]) => /^[A-Za-z]\w*$/.test(name)),
  ]);
  const expression = given ?? (known.has("cost") ? "cost" : "6*N*D");
  const lacking = [...(n ? [] : [whyNone(columns, "n")]), ...(d ? [] : [whyNone(columns, "d")])];
  if (given === undefined && !known.has("cost") && lacking.length > 0)
    throw new UserError(
      `--candidates: ${JSON.stringify([...columns.keys()].join(", "))} has ${lacking.join(" and ")}, and the cost is 6*N*D; ` +
        `allowed: one of each, or --cost with an expression of ${[...known.keys()].join(", ")}`,
    );
  const value = compileCost(expression, [...known.keys()], "--cost");
  const values = [...known.values()];
  const costs = Float64Array.from(names, (_, i) => value(values.map((column) => column[i]!)));
  const wrong = costs.findIndex((cost) => !(cost > 0 && Number.isFinite(cost)));
  if (wrong >= 0) {
    const words = expression.split(/\W+/);
    const empty = [...columns.keys()].find(
      (name) =>
        Number.isNaN(columns.get(name)![wrong]) &&
        (words.includes(name) || readCountName(name) !== undefined),
    );
    if (empty !== undefined && Number.isNaN(costs[wrong]))
      throw error(wrong, empty, "the value is missing, and the cost takes it", "a number");
    const of = columns.has(expression) ? expression : `cost ${expression}`;
    throw error(wrong, of, formatNumber(costs[wrong]!), "a cost above 0");
  }
  return { expression, costs };
}
