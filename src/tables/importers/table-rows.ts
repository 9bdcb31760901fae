import { getOrInsert } from "../../collections.ts";
import { texts } from "../cells.ts";
import type { Role } from "../checkpoint-table.ts";
import { parseCount } from "../numbers.ts";
import { describeRow } from "../origin.ts";
import { type Column, cell, findColumn, type SourcedTable } from "../table.ts";
import { someOf } from "./import-log.ts";
import { type LoggedKey, readLoggedKey } from "./logged-keys.ts";
import { type Measurements, numberOf } from "./measurements.ts";

/** How the rows of a table are read. */
export interface TableRows {
  /** Model or run of each row. */
  models: readonly string[];
  /** Columns that are read already or hold names. */
  skip: ReadonlySet<string>;
  /** Whether sizes stand on other rows of the run than metrics, as loggers write them. @default false */
  fill?: boolean;
  /** Groups `subject` and `metric` in names of columns. */
  pattern?: RegExp | undefined;
  /** What a column of numbers is that no rule knows. @default left out */
  other?: ((name: string) => LoggedKey | undefined) | undefined;
}

interface ReadColumn {
  column: Column;
  key: LoggedKey;
}

/** Adds the rows of a table with one row a checkpoint or run, whose columns are sizes, shares and metrics of subjects. */
export function addTableRows(
  measured: Measurements,
  table: SourcedTable,
  { models, skip, fill, pattern, other }: TableRows,
): void {
  const { log } = measured;
  const columns: ReadColumn[] = [];
  const unused: string[] = [];
  for (const column of table.columns) {
    if (skip.has(column.name) || OWN.includes(column.name)) continue;
    const key = keyOf(column, { pattern, other }, log);
    if (key === undefined || table.noNumbers?.has(column.name)) unused.push(column.name);
    else columns.push({ column, key });
  }
  const before = measured.files.reduce((rows, file) => rows + file.rows, 0);
  for (const file of table.files) measured.addFile(file);
  if (unused.length > 0) {
    log.note(`${unused.length} columns are neither a size nor a metric of an evaluation: ${someOf(unused)}`);
  }
  const at = (row: number, { column, key }: ReadColumn): number | undefined => {
    const value = cell(column, row);
    const count = key.kind === "count" && typeof value === "string" ? parseCount(value) : Number.NaN;
    if (!Number.isNaN(count)) return count;
    return numberOf(value, log, () => `${describeRow(table, row)}, column ${column.name}`);
  };
  const sizes = sizesOf(columns, log);
  const filled = fill ? filledCounts(table, models, sizes, at) : undefined;
  const metrics = columns.filter(({ key }) => key.kind === "metric");
  const shares = columns.filter(({ key }) => key.kind === "share");
  const named = (name: string) => {
    const column = findColumn(table, name);
    return column && texts(column);
  };
  const [role, family, phase] = OWN.map(named);
  for (let row = 0; row < table.rows; row++) {
    const bySubject = new Map<string, Map<string, number>>();
    for (const read of metrics) {
      const { key } = read;
      const value = at(row, read);
      if (value === undefined || key.kind !== "metric") continue;
      getOrInsert(bySubject, key.subject, () => new Map()).set(key.metric, value);
    }
    if (bySubject.size === 0) {
      if (!fill) log.drop("row", "without any metric", describeRow(table, row));
      continue;
    }
    const size = (name: "n" | "d" | "c" | "step"): number | undefined => {
      const read = sizes.get(name);
      const own = filled?.get(name)?.[row] ?? (read && at(row, read));
      return own === undefined || read?.key.kind !== "count" ? own : own * read.key.factor;
    };
    const mix = new Map(
      shares.flatMap((read) =>
        read.key.kind === "share" ? [[read.key.source, at(row, read) ?? Number.NaN] as const] : [],
      ),
    );
    for (const [subject, values] of bySubject) {
      measured.add({
        model: models[row]!,
        subject,
        metrics: values,
        ...{ n: size("n"), d: size("d"), c: size("c"), step: size("step") },
        ...(role?.[row] === "target" && { role: "target" as Role }),
        ...(family && { family: family[row]! }),
        ...(phase && { phase: phase[row] || null }),
        ...(mix.size > 0 && { mix }),
        row: before + (table.sourceRow?.[row] ?? row),
      });
    }
  }
}

/** What a column holds; what a column with the name of a task alone holds is said by what the other columns are, or by its values. */
function keyOf(
  column: Column,
  { pattern, other }: Pick<TableRows, "pattern" | "other">,
  log: Measurements["log"],
): LoggedKey | undefined {
  const { name } = column;
  const key = readLoggedKey(name, pattern);
  const isMetric = key?.kind === "metric";
  if (isMetric && !key.isTaskAlone) return key;
  if ((key === undefined || isMetric) && other !== undefined && column.type !== "string") return other(name);
  if (!isMetric) return key;
  const values = Array.from<string | number | boolean | null, number>(column.values, (value) =>
    value === null ? Number.NaN : Number(value),
  );
  if (values.every((value) => Number.isNaN(value) || (value >= 0 && value <= 1))) {
    log.note(`${name} says no metric: taken as an accuracy, as its values are up to 1`);
    return key;
  }
  log.note(
    `${name} says no metric and is left out: --metric-pattern '(?<subject>${name})' takes it as a loss`,
  );
  return undefined;
}

/** Names of the schema whose columns are texts of their own meaning. */
const OWN = ["role", "family", "phase"];

/** The column of each size; of several the first counts. */
function sizesOf(columns: readonly ReadColumn[], log: Measurements["log"]): Map<string, ReadColumn> {
  const sizes = new Map<string, ReadColumn>();
  for (const read of columns) {
    const { key } = read;
    const name = key.kind === "step" ? "step" : key.kind === "count" ? key.count : undefined;
    if (name === undefined) continue;
    const first = getOrInsert(sizes, name, () => read);
    if (first !== read)
      log.note(`${name} is column ${first.column.name}, not ${read.column.name}, which names one too`);
  }
  return sizes;
}

/** Sizes of each row from rows of the same run: of the same step, else of the last step before. */
function filledCounts(
  table: SourcedTable,
  models: readonly string[],
  sizes: ReadonlyMap<string, ReadColumn>,
  at: (row: number, read: ReadColumn) => number | undefined,
): Map<string, (number | undefined)[]> {
  const filled = new Map<string, (number | undefined)[]>();
  const stepColumn = sizes.get("step");
  for (const [name, read] of sizes) {
    if (name === "step") continue;
    const values = new Array<number | undefined>(table.rows);
    const sameStep = new Map<string, number>();
    const stepOf = (row: number) => `${models[row]}\n${stepColumn ? at(row, stepColumn) : row}`;
    for (let row = 0; row < table.rows; row++) {
      const value = at(row, read);
      if (value !== undefined) sameStep.set(stepOf(row), value);
    }
    const last = new Map<string, number>();
    for (let row = 0; row < table.rows; row++) {
      const value =
        sameStep.get(stepOf(row)) ??
        (name === "d" && stepColumn !== undefined ? undefined : last.get(models[row]!));
      values[row] = value;
      if (value !== undefined) last.set(models[row]!, value);
    }
    filled.set(name, values);
  }
  return filled;
}
