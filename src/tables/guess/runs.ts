import { groupBy } from "../../collections.ts";
import { texts } from "../cells.ts";
import { FILE_NAME } from "../read.ts";
import { type Column, findColumn, type SourcedTable } from "../table.ts";
import { readCountName, runNameRank, tellsRunsApart, WEAK_RUN } from "./input-names.ts";
import { type ColumnPick, quoted, type Remarking } from "./pick.ts";

/** What is known of the rows. */
interface Rows {
  n: Float64Array | undefined;
  d: Float64Array | undefined;
  step: Column | undefined;
  /** Of a tidy table. */
  subject: readonly (string | null)[] | undefined;
}

export interface RunsGuess {
  pick: ColumnPick | undefined;
  /** The run of each row by the pick, where rows of one are its checkpoints; empty where none says so. */
  names: readonly string[];
  /** Columns that name runs, whether they are taken or not. */
  named: string[];
  used: string[];
  /** Whether steps tell the checkpoints of a run apart. */
  usesStep: boolean;
}

/** From so many rows on, whose tokens are evenly spaced, rows are checkpoints. */
const SURE_CHECKPOINTS = 6;

/** The column that names the runs, or what else does: several columns, the file, or the sizes. */
export function guessRuns(table: SourcedTable, rows: Rows, remark: Remarking): RunsGuess {
  const named = table.columns
    .filter((column) => runNameRank(column.name) >= 0 && isName(column))
    .sort((a, b) => runNameRank(a.name) - runNameRank(b.name));
  const apart = table.columns.filter((column) => tellsRunsApart(column.name) && isName(column));
  const files = table.files.length > 1 ? [findColumn(table, FILE_NAME)!] : [];
  const result = {
    named: named.map(({ name }) => name),
    used: [] as string[],
    usesStep: false,
    ...{ pick: undefined, names: [] },
  };
  const options = [
    ...named.map((column) => [column]),
    ...named.flatMap((column) => apart.map((_, i) => [column, ...apart.slice(0, i + 1)])),
    ...files.map((column) => [column]),
  ];
  for (const columns of options) {
    const names = joined(columns);
    const way = identified(names, rows);
    if (way === undefined) continue;
    const isWeak = columns.every(({ name }) => runNameRank(name) === WEAK_RUN || tellsRunsApart(name));
    if (isWeak) remarkCheckpoints(names, rows, "run", remark);
    if (columns[0]!.name === FILE_NAME) remark("run", "each file is one run, named as the file");
    return {
      ...result,
      pick: columns.length === 1 ? columns[0]!.name : { sql: concatenated(columns) },
      names,
      used: columns.map(({ name }) => name),
      usesStep: way === "step",
    };
  }
  return { ...result, ...unnamedRuns(table, rows, apart, remark) };
}

/** Names have no empty cell; numbers may be names too. */
function isName(column: Column): boolean {
  return column.type !== "float64" && texts(column).every((text) => text !== null);
}

const joined = (columns: readonly Column[]): string[] => {
  const all = columns.map(texts);
  return all[0]!.map((_, row) => all.map((cells) => cells[row]).join("-"));
};

const listed = (names: readonly string[]): string => names.join(" and ");

const concatenated = (columns: readonly Column[]): string =>
  columns.map(({ name }) => quoted(name)).join(" || '-' || ");

/**
 * What tells the rows of a run and subject apart: their steps or their tokens. Undefined where neither does, or where a run changes
 * its size.
 */
function identified(names: readonly string[], { n, d, step, subject }: Rows): "step" | "d" | undefined {
  const byRun = groupBy([...names.keys()], (row) => names[row]!);
  const sizes = [...byRun.values()].map((rows) => new Set(rows.map((row) => n?.[row] ?? Number.NaN)));
  // A cell of n that is no number is an error of its own.
  for (const size of sizes) size.delete(Number.NaN);
  if (sizes.some(({ size }) => size > 1)) return undefined;
  const isUnique = (values: ArrayLike<unknown>): boolean =>
    new Set(names.map((name, row) => JSON.stringify([name, values[row], subject?.[row]]))).size ===
    names.length;
  if (step !== undefined && isUnique(step.values)) return "step";
  return d === undefined || isUnique(d) ? "d" : undefined;
}

/** Rows of each run and subject. */
function rowsByRun(names: readonly string[], subject: Rows["subject"]): number[][] {
  return [...groupBy([...names.keys()], (row) => JSON.stringify([names[row], subject?.[row]])).values()];
}

/** Says that rows of one name are taken as checkpoints, which is sure only for many of them. */
function remarkCheckpoints(names: readonly string[], known: Rows, key: string, remark: Remarking): void {
  const groups = rowsByRun(names, known.subject).filter((rows) => rows.length > 1);
  if (groups.length === 0) return;
  const areSure = groups.every((rows) =>
    known.step === undefined ? areCheckpoints(rows, known.d) : areInOrder(rows, known),
  );
  remark(key, "rows of one name are the checkpoints of one run", !areSure);
}

/** Whether rows are many, with tokens that are evenly spaced. */
function areCheckpoints(rows: readonly number[], d: Float64Array | undefined): boolean {
  if (rows.length < SURE_CHECKPOINTS || d === undefined) return false;
  const tokens = rows.map((row) => d[row]!).sort((a, b) => a - b);
  const steps = tokens.slice(1).map((value, i) => value - tokens[i]!);
  return Math.max(...steps) <= 1.5 * Math.min(...steps);
}

/** Whether steps and tokens rise from row to row, or fall, as those of one run do; of several runs they begin anew. */
function areInOrder(rows: readonly number[], { d, step }: Rows): boolean {
  const rises = [step?.values, d].flatMap((values) =>
    rows.slice(1).map((row, i) => Math.sign(Number(values?.[row]) - Number(values?.[rows[i]!]))),
  );
  return Math.abs(rises[0] ?? 1) === 1 && rises.every((rise) => rise === rises[0]);
}

/** Runs of a table that does not name them: each row is one, or the rows of each size (and seed or the like) are. */
function unnamedRuns(
  table: SourcedTable,
  rows: Rows,
  apart: readonly Column[],
  remark: Remarking,
): Partial<RunsGuess> {
  if (table.files.length > 1 && rows.d?.some(Number.isNaN)) {
    remark(
      "run",
      "filename names the runs if each file is one; rows without tokens, whose tokens are on other rows, need the SQL in docs/tables.md",
      true,
    );
    return { pick: FILE_NAME };
  }
  const column = (key: "n" | "d") =>
    table.columns.find(({ name }) => name === key) ??
    table.columns.find(({ name }) => readCountName(name)?.key === key);
  const [n, d] = [column("n"), column("d")];
  if (n === undefined || d === undefined) {
    remark("run", "no column names the runs", true);
    return {};
  }
  const more = [[], ...apart.map((_, i) => apart.slice(0, i + 1))];
  const ways = more.flatMap((others) => {
    const names = joined([n, ...others]);
    const many = rowsByRun(names, rows.subject).filter((group) => group.length > 1);
    const way = identified(names, rows);
    if (way === undefined || many.length === 0) return [];
    if (rows.step === undefined && !many.every((group) => areCheckpoints(group, rows.d))) return [];
    return [
      {
        others,
        way,
        isSure: many.every((group) => group.length >= SURE_CHECKPOINTS && areInOrder(group, rows)),
      },
    ];
  });
  const found = ways.find(({ isSure }) => isSure) ?? ways[0];
  if (found !== undefined) {
    const { others, way, isSure } = found;
    const one = listed([n.name, ...others.map(({ name }) => name)]);
    const doubt = isSure ? "" : "; several runs of it cannot be told apart";
    remark(
      "run",
      `no column names the runs: rows of one ${one} are the checkpoints of one run${doubt}`,
      !isSure,
    );
    const pick = n.type === "string" ? n.name : { sql: `CAST(${quoted(n.name)} AS VARCHAR)` };
    return {
      pick: others.length === 0 ? pick : { sql: concatenated([n, ...others]) },
      names: joined([n, ...others]),
      used: others.map(({ name }) => name),
      usesStep: way === "step",
    };
  }
  const steps = rowsByRun(joined([n]), rows.subject).map((group) =>
    group.map((row) => rows.step?.values[row]),
  );
  if (steps.some((values) => new Set(values).size > 1)) {
    remark(
      "run",
      `no column names the runs: rows of one ${n.name} with several steps are checkpoints, and those of several runs cannot be told apart`,
      true,
    );
    return {};
  }
  const others = more.find((columns) => identified(joined([n, d, ...columns]), rows) !== undefined);
  if (others === undefined) {
    remark("run", "no column tells apart the rows of equal size and tokens", true);
    return {};
  }
  const what =
    rows.subject === undefined
      ? "row"
      : listed(["size", "number of tokens", ...others.map(({ name }) => name)]);
  remark("run", `no column names the runs: each ${what} is a run of its own`);
  return { pick: { sql: concatenated([n, d, ...others]) }, used: others.map(({ name }) => name) };
}
