import { didYouMean, UserError } from "../errors.ts";
import {
  type CellSource,
  COUNT,
  COUNT_OR_EMPTY,
  cellError,
  cellSource,
  countMissing,
  FINITE,
  MissingColumn,
  type MissingWords,
  type NumberRule,
  numbers,
  optionalNumbers,
  requireColumn,
  requiredTexts,
  STEP,
  texts,
} from "./cells.ts";
import { approximateFlops, type CheckpointTable, type Role } from "./checkpoint-table.ts";
import { type ColumnMapping, expressionsOf, parseColumns, SQL_PREFIX } from "./columns.ts";
import type { Decimal } from "./csv.ts";
import { checkDuplicates } from "./duplicates.ts";
import { isMissingWord, parseNumber } from "./numbers.ts";
import { FILE_NAME, readTable } from "./read.ts";
import { widenToTidy } from "./reshape.ts";
import { ordersRuns } from "./run-order.ts";
import { type Column, findColumn, MIX_PREFIX, type SourcedTable, type Table, withIntegers } from "./table.ts";
import { tidyMetrics } from "./tidy-metrics.ts";

export interface CheckpointTableOptions {
  /** Columns of the table that hold those of the schema. @default the schema's names */
  columns?: ColumnMapping;
  /** Names of what laws may take beside N, D and C: those that are columns are read. @default none but those of the mapping */
  inputs?: readonly string[];
}

export interface ReadCheckpointsOptions extends CheckpointTableOptions {
  /** The decimal separator of numbers in CSV files. @default "." */
  decimal?: Decimal;
  /**
   * Subjects whose rows are asked for. Where the table may be read in parts, the others' rows are checked and left out, except for those
   * that say something of runs or that there is a subject (`keptRows`). @default all
   */
  subjects?: ReadonlySet<string>;
}

/**
 * Makes a checkpoint table of a table: finds the columns, checks every cell, fills in the role (`fit`) and
 * the FLOPs (6*n*d) where there are none, and turns a wide table into tidy rows. Subjects that a wide row has
 * no metric for get no row.
 *
 * @param source name of the table in messages
 * @throws UserError naming file, row, column, value and what is allowed: a missing column; text, NaN or
 * infinity in a number column; n, d or c not above 0; a role that is neither `fit` nor `target`; two rows of
 * one run, step and subject; no rows
 */
export function toCheckpointTable(
  table: Table | SourcedTable,
  source: string,
  options: CheckpointTableOptions = {},
): CheckpointTable {
  const mapping = options.columns ?? {};
  const missingWords = new Map<string, MissingWords>();
  const passedOver = new Map<string, string>();
  const from: CellSource = { ...cellSource(table, source), missingWords, passedOver };
  // One list for all that the table lacks.
  const nothing = new Array<null>(table.rows).fill(null);
  const run = requiredTexts(from, namedColumn(from, mapping, "run"));
  const n = numbers(from, namedColumn(from, mapping, "n"), COUNT);
  const d = numbers(from, namedColumn(from, mapping, "d"), COUNT);
  const base = {
    source,
    rows: table.rows,
    run,
    role: roles(from, mapping),
    n,
    d,
    c: flops(optionalNumbers(from, optionalColumn(from, mapping, "c"), COUNT_OR_EMPTY), n, d),
    step: optionalNumbers(from, optionalColumn(from, mapping, "step"), STEP),
    family: optionalTexts(from, mapping, "family") ?? nothing,
    phase: phases(from, mapping) ?? nothing,
    mixes: mixes(from, mapping),
    ...inputs(from, mapping, options.inputs ?? []),
    origin: from.origin,
  };
  const result = mapping.subjects
    ? widenToTidy(base, subjectMetrics(from, mapping.subjects))
    : {
        ...base,
        subject: requiredTexts(from, namedColumn(from, mapping, "subject")),
        metrics: tidyMetrics(from, mapping),
      };
  if (result.rows === 0) throw new UserError(`${source}: no row has a metric named under columns.subjects`);
  checkDuplicates(result);
  return {
    ...result,
    ...(missingWords.size > 0 && { missingWords }),
    ...(passedOver.size > 0 && { passedOver }),
  };
}

type SimpleKey = "run" | "n" | "d" | "c" | "step" | "family" | "phase" | "subject";

function namedColumn(from: CellSource, mapping: ColumnMapping, key: SimpleKey): Column {
  const mapped = mapping[key];
  return requireColumn(from, mapped ?? key, mapped === undefined ? undefined : `columns.${key}`);
}

function optionalColumn(from: CellSource, mapping: ColumnMapping, key: SimpleKey): Column | undefined {
  return mapping[key] === undefined ? findColumn(from.table, key) : namedColumn(from, mapping, key);
}

function optionalTexts(
  from: CellSource,
  mapping: ColumnMapping,
  key: SimpleKey,
): (string | null)[] | undefined {
  const column = optionalColumn(from, mapping, key);
  return column && texts(column);
}

/** The phase of each row; null where the cell is empty or holds a word for a missing value. Undefined where the table has no phases. */
function phases(from: CellSource, mapping: ColumnMapping): (string | null)[] | undefined {
  const name = mapping.phase ?? "phase";
  return optionalTexts(from, mapping, "phase")?.map((text, row) => {
    if (text === null || text.trim() === "") return null;
    // Pandas writes an empty cell as this text.
    if (!isMissingWord(text) && !/^\s*nan\s*$/i.test(text)) return text;
    countMissing(from, name, text, row);
    return null;
  });
}

function flops(given: Float64Array, n: Float64Array, d: Float64Array): Float64Array {
  return given.every((c) => !Number.isNaN(c))
    ? given
    : given.map((c, row) => (Number.isNaN(c) ? approximateFlops(n[row] as number, d[row] as number) : c));
}

function roles(from: CellSource, { role }: ColumnMapping): Role[] {
  if (typeof role === "object") return rolesByValue(from, role.column, role.target);
  const column =
    role === undefined ? findColumn(from.table, "role") : requireColumn(from, role, "columns.role");
  if (column === undefined) return new Array<Role>(from.table.rows).fill("fit");
  const given = texts(column);
  const isRole = (text: string | null): text is Role => text === "fit" || text === "target";
  if (given.every(isRole)) return given;
  return given.map((text, row) => {
    if (text === null) return "fit";
    if (isRole(text)) return text;
    throw cellError(from, row, column.name, JSON.stringify(text), "fit, target");
  });
}

function rolesByValue(from: CellSource, name: string, targets: readonly string[]): Role[] {
  const cells = texts(requireColumn(from, name, "columns.role.column"));
  const values = cells.map((value) => (value === null ? null : asNumber(value)));
  const wanted = targets.map(asNumber);
  const present = new Set(values.filter((value) => value !== null));
  for (const [i, target] of wanted.entries()) {
    if (present.has(target)) continue;
    throw new UserError(
      `columns.role.target: ${JSON.stringify(targets[i])} is not a value of column ${JSON.stringify(name)} in ` +
        `${from.source}${didYouMean(target, [...present])}`,
    );
  }
  return values.map((value) => (value !== null && wanted.includes(value) ? "target" : "fit"));
}

/** A number in one notation, so that `4.84e+19` and `48400000000000000000` are the same value; other text as it is. */
function asNumber(value: string): string {
  const number = parseNumber(value);
  return number === undefined ? value : String(number);
}

function mixes(from: CellSource, { mix }: ColumnMapping): Map<string, Float64Array> {
  const shares = new Map<string, Float64Array>();
  for (const column of from.table.columns) {
    if (!column.name.startsWith(MIX_PREFIX)) continue;
    shares.set(column.name.slice(MIX_PREFIX.length), numbers(from, column, FINITE));
  }
  for (const [name, column] of Object.entries(mix ?? {})) {
    shares.set(name, numbers(from, requireColumn(from, column, `columns.mix.${name}`), FINITE));
  }
  return shares;
}

/** Inputs of laws, with the names of columns by which mistakes in laws are explained; nothing where none is asked for. */
function inputs(
  from: CellSource,
  mapping: ColumnMapping,
  asked: readonly string[],
): Pick<CheckpointTable, "inputs" | "named"> {
  const given = Object.entries(mapping.inputs ?? {});
  if (given.length + asked.length === 0) return {};
  const sizes = new Map(
    (["n", "d", "c"] as const).flatMap((key) => {
      const column = optionalColumn(from, mapping, key);
      return column === undefined ? [] : [[column.name, key] as const];
    }),
  );
  const columns = new Map(
    given.map(([name, column]) => [name, requireColumn(from, column, `columns.inputs.${name}`)]),
  );
  for (const name of asked) {
    const column = columns.has(name) || sizes.has(name) ? undefined : findColumn(from.table, name);
    if (column !== undefined) columns.set(name, column);
  }
  const read = Array.from(columns, ([name, column]) => [name, numbers(from, column, INPUT)] as const);
  const names = from.table.columns.map(({ name }) => name).filter((name) => !name.startsWith(SQL_PREFIX));
  return { inputs: new Map(read), named: { columns: names, sizes } };
}

/** What an input of a law may be: a count such as 7B too. */
const INPUT: NumberRule = { ...FINITE, allowed: "a finite number, such as 0.3 or 7B", isCount: true };

function subjectMetrics(
  from: CellSource,
  subjects: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Map<string, Map<string, Float64Array>> {
  const bySubject = new Map<string, Map<string, Float64Array>>();
  for (const [subject, columns] of Object.entries(subjects)) {
    const metrics = Object.entries(columns).map(([metric, name]) => {
      const column = requireColumn(from, name, `columns.subjects.${subject}.${metric}`);
      return [metric, numbers(from, column, FINITE)] as const;
    });
    bySubject.set(subject, new Map(metrics));
  }
  return bySubject;
}

/** Names of the table's columns that hold text, by the schema or the mapping. */
function textColumns(mapping: ColumnMapping = {}): string[] {
  const role = typeof mapping.role === "object" ? mapping.role.column : (mapping.role ?? "role");
  return [
    mapping.run ?? "run",
    role,
    mapping.subject ?? "subject",
    mapping.family ?? "family",
    mapping.phase ?? "phase",
  ];
}

/**
 * Reads and checks a checkpoint table from files of any kind that `readTable` reads. Where no mapping is given and the table lacks
 * columns of the schema, it is read by a guess, if that is sure; the table says so in `guessed`.
 *
 * @param paths files, folders and globs
 * @throws UserError as `readTable` and `toCheckpointTable` do
 * @throws UnsureColumns for a missing column where a mapping is given or the guess is not sure
 */
export async function readCheckpointTable(
  paths: string | readonly string[],
  options: ReadCheckpointsOptions = {},
): Promise<CheckpointTable> {
  const { columns = {}, decimal } = options;
  const source = typeof paths === "string" ? paths : paths.join(", ");
  const computed = expressionsOf(columns);
  const text = textColumns(columns);
  const filename = [...text, ...computed.values()].some((name) => name.includes(FILE_NAME));
  const takesInputs = columns.inputs !== undefined || (options.inputs ?? []).length > 0;
  if (options.subjects && computed.size === 0 && !filename && !takesInputs) {
    const part = await readPartly(paths, options.subjects, source, columns);
    if (part !== undefined) return part;
  }
  const table = await readTable(paths, {
    text,
    computed,
    wholeAsFloat: true,
    filename,
    ...(decimal && { decimal }),
  });
  try {
    return toCheckpointTable(table, source, options);
  } catch (error) {
    if (!(error instanceof MissingColumn)) throw error;
    const { sureGuess } = await import("./guess/sure-guess.ts");
    const guessed = sureGuess(
      error.message,
      withIntegers(table),
      typeof paths === "string" ? [paths] : paths,
      options.columns,
    );
    return {
      ...(await readCheckpointTable(paths, { ...options, columns: parseColumns(guessed.columns) })),
      guessed,
    };
  }
}

/** The rows of some subjects, with those that say the same of its runs as all; undefined where all must be read. */
async function readPartly(
  paths: string | readonly string[],
  subjects: ReadonlySet<string>,
  source: string,
  columns: ColumnMapping,
): Promise<CheckpointTable | undefined> {
  const { readSubjects } = await import("./read-subjects.ts");
  const read = await readSubjects(typeof paths === "string" ? [paths] : paths, subjects, columns);
  if (read === undefined) return undefined;
  const table = toCheckpointTable(read.table, source, { columns });
  if (read.ordering !== undefined && !ordersRuns(table, read.ordering)) return undefined;
  return { ...table, allRows: read.table.files.reduce((sum, { rows }) => sum + rows, 0) };
}
