import { UserError } from "../../errors.ts";
import { countOf } from "../../text.ts";
import { type CellSource, cellSource, FINITE, numbers } from "../cells.ts";
import type { CheckpointTable } from "../checkpoint-table.ts";
import { readTable } from "../read.ts";
import { type WideRows, widenToTidy } from "../reshape.ts";
import { columnOf } from "../table.ts";

/** The result of an importer. */
export interface Imported {
  table: CheckpointTable;
  /** What was left out and why, one line each, for people. */
  notes: string[];
}

/** What the user says of an import beside the paths. */
export interface ImportOptions {
  /** Side table with what the files do not say of models. */
  models?: string;
  /** Which of several measurements of a checkpoint is kept; `refuse`: they are an error. @default last */
  keep?: "last" | "first" | "refuse";
  /** Tokens of a training step, where files say only steps. */
  tokensPerStep?: number;
  /** Reads names of models, with groups named `n`, `d` and `step`. */
  pattern?: RegExp;
  /** Kind (`loss`, `accuracy`) to the metric of the files that is it. */
  main?: ReadonlyMap<string, string>;
  /** Reads names of columns, with groups named `subject` and `metric`. */
  columns?: RegExp;
  /** Number of groups of like difficulty that the questions of each task are put into. @default no groups */
  questionGroups?: number;
}

/** The names of the files under some paths, and the beginnings of files. */
export interface Listing {
  /** Names relative to the paths, with `/`; the first thousands of a large folder. */
  names: readonly string[];
  /** The first kilobytes of a file. */
  head(name: string): Promise<string>;
  /** The columns of a Parquet or CSV file; none where it cannot be read. */
  columns(name: string): Promise<readonly string[]>;
}

/** Turns one published or common layout of run files into a checkpoint table. */
export interface Importer {
  /** Name on the command line, in kebab case. */
  name: string;
  /** What it reads, in a sentence. */
  description: string;
  /** Whether it reads the answers to single questions, of which groups can be made. @default false */
  readsQuestions?: boolean;
  /**
   * @param paths at least one path that the user gave: a folder, or files and globs, as the layout needs
   * @throws UserError for paths that do not hold this layout
   */
  read(paths: readonly string[], options?: ImportOptions): Promise<Imported>;
  /** Whether paths look like this layout, and by what: `metrics-all.jsonl`. Undefined where they do not. */
  looksLike(listing: Listing): Promise<string | undefined>;
}

/**
 * The path of an importer that takes exactly one.
 *
 * @param what kind of the path, for messages: `folder`
 */
export function onlyPath(importer: string, what: string, paths: readonly string[]): string {
  const [path] = paths;
  if (path !== undefined && paths.length === 1) return path;
  throw new UserError(`${importer}: ${paths.length} paths (${paths.join(", ")}); allowed: one ${what}`);
}

/**
 * Reads files of one layout and stacks their rows.
 *
 * @param text columns that hold names
 * @throws UserError for files that cannot be read, and for a table without rows
 */
export async function readRuns(paths: readonly string[], text: readonly string[] = []): Promise<CellSource> {
  return cellSource(await readTable(paths, { text }), paths.join(", "));
}

/** The values that an importer gives for each row of a wide table. */
type ImportedRows = Pick<WideRows, "run" | "role" | "n" | "d" | "c"> & Partial<WideRows>;

/**
 * The tidy rows of a wide table, one a checkpoint and subject. Steps, families, phases and shares that are not given are missing.
 *
 * @param bySubject subject to metric to values, one a wide row
 */
export function tidyRows(
  { table: { rows }, source, origin }: CellSource,
  given: ImportedRows,
  bySubject: ReadonlyMap<string, ReadonlyMap<string, Float64Array>>,
): CheckpointTable {
  const missing = new Array<null>(rows).fill(null);
  const step = new Float64Array(rows).fill(Number.NaN);
  const none = { step, family: missing, phase: missing, mixes: new Map<string, Float64Array>() };
  return widenToTidy({ source, rows, origin, ...none, ...given }, bySubject);
}

/** A metric column, and a note where values of it are missing. */
export function metricColumn(from: CellSource, name: string, notes: string[]): Float64Array {
  const values = numbers(from, columnOf(from.table, name), FINITE);
  const missing = values.filter(Number.isNaN).length;
  if (missing > 0) notes.push(`column ${name}: ${missing} of ${countOf(values.length, "value")} missing`);
  return values;
}

/** A note that names the columns that were not read; no note where all were. */
export function unusedColumns(from: CellSource, used: ReadonlySet<string>): string[] {
  const unused = from.table.columns.map(({ name }) => name).filter((name) => !used.has(name));
  if (unused.length === 0) return [];
  return [`${countOf(unused.length, "column")} left out (not a metric of any subject): ${unused.join(", ")}`];
}

/** A note that counts the rows without any metric, which a tidy table cannot hold; no note where every row has one. */
export function emptyRows(
  bySubject: ReadonlyMap<string, ReadonlyMap<string, Float64Array>>,
  rows: number,
): string[] {
  const columns = [...bySubject.values()].flatMap((metrics) => [...metrics.values()]);
  let empty = 0;
  for (let row = 0; row < rows; row++) {
    if (columns.every((values) => Number.isNaN(values[row]))) empty++;
  }
  return empty === 0 ? [] : [`${countOf(empty, "row")} left out (without any metric)`];
}

/**
 * Chance levels by the beginning of a subject's name: one over the number of choices. A few questions of ARC have
 * three or five choices; four is the rule.
 */
const CHANCE_LEVELS: readonly (readonly [task: string, chance: number])[] = [
  ["mmlu", 0.25],
  ["hendrycksTest", 0.25],
  ["logiqa", 0.25],
  ["hellaswag", 0.25],
  ["arc_easy", 0.25],
  ["arc_challenge", 0.25],
  ["openbookqa", 0.25],
  ["openbook_qa", 0.25],
  ["sciq", 0.25],
  ["csqa", 0.2],
  ["socialiqa", 1 / 3],
  ["piqa", 0.5],
  ["boolq", 0.5],
  ["winogrande", 0.5],
];

/** The chance level of a task, or undefined where it is not known. */
export function chanceLevel(subject: string): number | undefined {
  return CHANCE_LEVELS.find(([task]) => {
    const rest = subject.startsWith(task) ? subject.slice(task.length) : undefined;
    // `arc_easy_val`, `arc_easy:rc` of OLMES, `hendrycksTest-anatomy`; what is answered by a text (`mmlu:gen`) has no choices.
    return rest !== undefined && /^($|_|:(rc|mc)\b|-)/.test(rest);
  })?.[1];
}

const SCORES = ["accuracy", "mc_accuracy"];

/**
 * Adds the metric `chance` to the tasks, on the rows with an accuracy.
 *
 * @param subjects subject to metric to values, one a wide row; changed
 * @returns the tasks whose chance level is not known
 */
export function addChance(subjects: ReadonlyMap<string, Map<string, Float64Array>>): string[] {
  const unknown: string[] = [];
  for (const [subject, metrics] of subjects) {
    const [first, ...others] = SCORES.flatMap((metric) => metrics.get(metric) ?? []);
    if (first === undefined) continue;
    const chance = chanceLevel(subject);
    if (chance === undefined) unknown.push(subject);
    else {
      const measured = (score: number, row: number) =>
        [score, ...others.map((values) => values[row])].some((value) => !Number.isNaN(value));
      metrics.set(
        "chance",
        first.map((score, row) => (measured(score, row) ? chance : Number.NaN)),
      );
    }
  }
  return unknown;
}
