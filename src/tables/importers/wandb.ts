import { basename } from "node:path";
import { UserError } from "../../errors.ts";
import { texts } from "../cells.ts";
import { describeRow } from "../origin.ts";
import { FILE_NAME, readTables, withFileNames } from "../read.ts";
import { type Column, cell, findColumn, type SourcedTable } from "../table.ts";
import { assemble } from "./assemble.ts";
import { someOf } from "./import-log.ts";
import type { Imported, Importer, ImportOptions, Listing } from "./importer.ts";
import { filesUnder } from "./json-files.ts";
import { readLoggedKey } from "./logged-keys.ts";
import { Measurements, numberOf } from "./measurements.ts";
import { addTableRows } from "./table-rows.ts";

/**
 * Exports of Weights & Biases: histories of runs (Parquet, a file a run), the CSV of a panel (`<run> - <key>`, with `__MIN` and `__MAX`), the
 * CSV of the runs table (`Name`, `State`, keys), and tables of one value a row (run, step, key, value).
 */
export const wandb: Importer = {
  name: "wandb",
  description:
    "exports of Weights & Biases: history Parquet, CSV of panels and of the runs table, or run/step/key/value rows",
  read: readWandb,
  looksLike,
};

const TABLE = /\.(parquet|pq|csv|tsv|jsonl|ndjson)(\.gz)?$/i;
const PANEL = / - .+__(MIN|MAX)$/;

async function looksLike({ names, columns }: Listing): Promise<string | undefined> {
  for (const name of names.filter((name) => /\.(csv|parquet)$/i.test(name)).slice(0, 3)) {
    const found = await columns(name);
    const has = (...wanted: string[]) => wanted.every((column) => found.includes(column));
    const isHistory = has("_step") && (has("_runtime") || has("_timestamp") || /history/i.test(name));
    if (isHistory || has("Name", "State") || found.some((column) => PANEL.test(column)))
      return basename(name);
  }
  return undefined;
}

async function readWandb(paths: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  const found = await filesUnder(paths, (name) => TABLE.test(name));
  if (found.length === 0)
    throw new UserError(`${paths.join(", ")}: no tables of W&B (.parquet, .csv, .jsonl)`);
  const measured = new Measurements();
  const tables = withFileNames(await readTables(found));
  let metrics = 0;
  for (const table of tables) {
    const before = measured.rows.length;
    addExport(measured, table, options);
    metrics += measured.rows.length - before;
    if (measured.rows.length === before) {
      measured.log.drop("file", "no metric of an evaluation in its columns", basename(table.files[0]!.path));
    }
  }
  if (metrics === 0) {
    throw new UserError(
      [`${paths.join(", ")}: no export of W&B with metrics`, ...measured.log.lines()].join("; "),
    );
  }
  return assemble(measured, paths.join(", "), options);
}

function addExport(measured: Measurements, table: SourcedTable, options: ImportOptions): void {
  const names = table.columns.map(({ name }) => name);
  if (names.some((name) => / - /.test(name))) addPanel(measured, table, options);
  else if (valueColumns(table) !== undefined) addLongRows(measured, table, options);
  else addRunRows(measured, table, options);
}

/** The texts of the first of some columns that the table has. */
function firstTexts(
  table: SourcedTable,
  names: readonly string[],
): { name: string; values: (string | null)[] } | undefined {
  const column = names.map((name) => findColumn(table, name)).find((found) => found !== undefined);
  return column && { name: column.name, values: texts(column) };
}

/** A history, whose runs are files or a column, or the runs table. */
function addRunRows(measured: Measurements, table: SourcedTable, options: ImportOptions): void {
  const runs = firstTexts(table, ["Name", "run_name", "run", "name", "run_id", "ID"]);
  const files = texts(findColumn(table, FILE_NAME)!);
  const fill =
    findColumn(table, "_step") !== undefined ||
    (runs === undefined && findColumn(table, "step") !== undefined);
  const names = files.map((file, row) => runs?.values[row] ?? historyName(file!));
  // Names of W&B need not differ; of one row a run the identifiers do.
  const ids = fill ? undefined : firstTexts(table, ["ID", "id", "run_id"])?.values;
  const isRepeated = new Set(names).size < names.length;
  const models = names.map((name, row) => (isRepeated && ids?.[row] != null ? `${name}-${ids[row]}` : name));
  if (isRepeated && ids !== undefined) measured.log.note("runs of one name have their ID in theirs");
  const state = firstTexts(table, ["State", "state"]);
  if (state !== undefined) {
    const unfinished = models.filter(
      (_, row) => state.values[row] !== null && state.values[row] !== "finished",
    );
    if (unfinished.length > 0) {
      measured.log.note(
        `${unfinished.length} of ${models.length} runs did not finish, and are as they were logged last: ${unfinished.slice(0, 4).join(", ")}`,
      );
    }
  }
  const skip = new Set([
    FILE_NAME,
    ...SETTINGS,
    ...(runs ? [runs.name] : []),
    ...(state ? [state.name] : []),
  ]);
  addTableRows(measured, table, { models, skip, fill, pattern: options.columns });
}

/** Columns of W&B that are neither sizes nor metrics. */
const SETTINGS = [
  "_runtime",
  "_timestamp",
  "Notes",
  "User",
  "Tags",
  "Created",
  "Runtime",
  "Sweep",
  "ID",
  "End Time",
  "Hostname",
];

/** The run of a history file: `abc123` of `entity-project-abc123-history:v0`. */
function historyName(file: string): string {
  return file.replace(/-history(:v\d+)?$/, "").replace(/-history(:v\d+)?[/\\].*$/, "");
}

/** The CSV of a panel: an axis, then columns `<run> - <key>`. */
function addPanel(measured: Measurements, table: SourcedTable, options: ImportOptions): void {
  const { log } = measured;
  const [axis] = table.columns as [Column];
  const key = readLoggedKey(axis.name, options.columns);
  const axisKey = key?.kind === "count" ? key : { kind: "step" as const };
  if (key === undefined)
    log.note(`the axis of a panel is ${axis.name}, which is no number of steps or tokens`);
  const first = measured.addFile(table.files[0]!);
  let extremes = 0;
  const tokens = new Map<string, Column>();
  const groups = new Set<string>();
  const columns = table.columns.slice(1).flatMap((column) => {
    if (/__(MIN|MAX)$/.test(column.name)) {
      extremes++;
      return [];
    }
    // Names of runs have blanks and hyphens more often than keys have.
    const [, group, name, logged] = /^(Group: )?(.+) - (.+)$/.exec(column.name) ?? [];
    if (name === undefined || logged === undefined) return [];
    const read = readLoggedKey(logged, options.columns);
    if (read?.kind === "count" && read.count === "d") tokens.set(name, column);
    if (read?.kind !== "metric") {
      if (read === undefined) log.drop("column", "no metric of an evaluation", column.name);
      return [];
    }
    if (group !== undefined) groups.add(name);
    return [{ column, run: name, read }];
  });
  if (groups.size > 0) log.note(`columns of groups are means of several runs: ${someOf(groups)}`);
  if (extremes > 0)
    log.drop("column", "least or largest value of sampled steps (__MIN, __MAX)", undefined, extremes);
  if (columns.length > 0) log.note("the CSV of a panel is sampled: a history has every step");
  for (let row = 0; row < table.rows; row++) {
    const at = (column: Column | undefined) =>
      column && numberOf(cell(column, row), log, () => `${describeRow(table, row)}, column ${column.name}`);
    const position = at(axis);
    for (const { column, run, read } of columns) {
      const value = at(column);
      if (value === undefined) continue;
      const d = at(tokens.get(run));
      const place =
        axisKey.kind === "count"
          ? { [axisKey.count]: position === undefined ? undefined : position * axisKey.factor }
          : key === undefined
            ? {}
            : { step: position };
      measured.add({
        model: run,
        subject: read.subject,
        metrics: new Map([[read.metric, value]]),
        ...(d !== undefined && { d }),
        ...place,
        row: first + row,
      });
    }
  }
}

/** The columns of a table of one value a row. */
function valueColumns(
  table: SourcedTable,
): { key: string; value: string; run: string; step: string | undefined } | undefined {
  const find = (names: readonly string[]) => names.find((name) => findColumn(table, name) !== undefined);
  const [key, value, run] = [
    ["key", "metric", "metric_name"],
    ["value"],
    ["run", "run_name", "Name", "run_id", "model"],
  ].map(find);
  if (key === undefined || value === undefined || run === undefined) return undefined;
  return { key, value, run, step: find(["step", "_step", "Step"]) };
}

function addLongRows(measured: Measurements, table: SourcedTable, options: ImportOptions): void {
  const { log } = measured;
  const { key, value, run, step } = valueColumns(table)!;
  const first = measured.addFile(table.files[0]!);
  const [keys, runs] = [key, run].map((name) => texts(findColumn(table, name)!));
  const number = (name: string, row: number) =>
    numberOf(cell(findColumn(table, name)!, row), log, () => `${describeRow(table, row)}, column ${name}`);
  const sizes = new Map<string, Partial<Record<"n" | "d" | "c", number>>>();
  const placeOf = (row: number) => `${runs![row]}\n${step === undefined ? "" : number(step, row)}`;
  const read = keys!.map((name) => readLoggedKey(name ?? "", options.columns));
  read.forEach((logged, row) => {
    if (logged?.kind !== "count") return;
    const of = sizes.get(placeOf(row)) ?? {};
    const count = number(value, row);
    if (count !== undefined) of[logged.count] = count * logged.factor;
    sizes.set(placeOf(row), of);
  });
  read.forEach((logged, row) => {
    if (logged === undefined) log.drop("row", "its key is no metric of an evaluation", keys![row] ?? "");
    if (logged?.kind !== "metric") return;
    const measuredValue = number(value, row);
    if (measuredValue === undefined) return;
    measured.add({
      model: runs![row] ?? "",
      subject: logged.subject,
      metrics: new Map([[logged.metric, measuredValue]]),
      ...sizes.get(placeOf(row)),
      step: step === undefined ? undefined : number(step, row),
      row: first + row,
    });
  });
}
