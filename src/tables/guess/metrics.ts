import { groupBy } from "../../collections.ts";
import { texts } from "../cells.ts";
import type { ColumnMappingInput } from "../columns.ts";
import { looksNumeric, parseNumber, whyNoNumbers } from "../numbers.ts";
import type { Column, SourcedTable } from "../table.ts";
import { type NamedMetric, readMetricName } from "./metric-names.ts";
import { type ColumnPick, fileOfRow, quoted, type Remarking } from "./pick.ts";

interface Measured extends NamedMetric {
  name: string;
  pick: ColumnPick;
}

/** Subject of metrics whose columns name none. */
const UNNAMED = "task";

/**
 * The metrics of a table by the names of its columns, each checked against its values: of one row for each subject (`metrics`), or of one
 * column for each subject and metric (`subjects`).
 *
 * @param subject the column that names what was measured, if there is one
 */
export function guessMetrics(
  table: SourcedTable,
  subject: Column | undefined,
  remark: Remarking,
): { columns: Pick<ColumnMappingInput, "subject" | "metrics" | "subjects">; used: string[] } {
  const groups = [fileOfRow(table.files), ...(subject ? [texts(subject)] : [])];
  const found = table.columns.flatMap((column) => measuredIn(column, table, groups, remark));
  const bySubject = groupBy(found, (metric) => metric.subject);
  const unnamed = bySubject.get("") ?? [];
  bySubject.delete("");
  if (bySubject.size === 0 && subject !== undefined) {
    const { metrics, used } = named("metrics", mainPlace(unnamed), remark);
    return {
      columns: { ...(subject.name !== "subject" && { subject: subject.name }), metrics },
      used: [subject.name, ...used],
    };
  }
  for (const [name, metrics] of unnamedSubjects(unnamed, bySubject.size > 0)) bySubject.set(name, metrics);
  if (bySubject.size === 0) {
    remark("subjects", "no column is named as a loss or an accuracy", true);
    return { columns: {}, used: [] };
  }
  if (subject !== undefined && new Set<unknown>(subject.values).size > 1) {
    remark("subjects", `or one row for each ${JSON.stringify(subject.name)}: which is meant?`, true);
  }
  shareLoss(found, bySubject, remark);
  if (bySubject.has(UNNAMED))
    remark("subjects", `no column names what was measured: it is called ${UNNAMED}`);
  const subjects = Array.from(bySubject, ([name, all]) => [name, named(name, all, remark)] as const);
  return {
    columns: { subjects: Object.fromEntries(subjects.map(([name, { metrics }]) => [name, metrics])) },
    used: subjects.flatMap(([, { used }]) => used),
  };
}

/** Gives tasks without a loss of their own the table's only loss, such as that of validation. */
function shareLoss(
  found: readonly Measured[],
  bySubject: ReadonlyMap<string, Measured[]>,
  remark: Remarking,
): void {
  const [loss, ...others] = found.filter(({ kind }) => kind === "loss");
  if (loss === undefined || others.length > 0) return;
  const tasks = [...bySubject.values()].filter((metrics) => metrics.every(({ kind }) => kind === "accuracy"));
  for (const metrics of tasks) metrics.push(loss);
  if (tasks.length > 0) remark("subjects", `${loss.name}, the only loss, is taken as the loss of each task`);
}

/** Metrics without a subject: of one task, or beside named tasks of their place (`val`) or of a validation domain. */
function unnamedSubjects(unnamed: readonly Measured[], isBesideTasks: boolean): [string, Measured[]][] {
  if (unnamed.length === 0) return [];
  const hasAccuracy = unnamed.some(({ kind }) => kind === "accuracy");
  if (!isBesideTasks && hasAccuracy) return [[UNNAMED, mainPlace(unnamed)]];
  const name = ({ place, kind }: Measured): string =>
    place !== "" ? place : kind === "loss" ? "validation" : "average";
  return [...groupBy(unnamed, name)];
}

/** Of metrics that were measured in several places (`val_loss`, `test_loss`) those that belong together: with an accuracy, if one has it. */
function mainPlace(metrics: readonly Measured[]): Measured[] {
  const kinds = ["loss", "accuracy"] as const;
  const of = (kind: (typeof kinds)[number]) => metrics.filter((metric) => metric.kind === kind);
  const place = of("accuracy")[0]?.place;
  return kinds.flatMap((kind) => {
    const same = of(kind).filter((metric) => metric.place === place);
    return same.length > 0 ? same : of(kind);
  });
}

/** The metrics of a subject by name: the first of each kind is its loss and its accuracy, others keep their own names. */
function named(
  key: string,
  metrics: readonly Measured[],
  remark: Remarking,
): { metrics: Record<string, ColumnPick>; used: string[] } {
  const result: Record<string, ColumnPick> = {};
  const used: string[] = [];
  for (const kind of ["loss", "accuracy"] as const) {
    const [first, ...others] = metrics
      .filter((metric) => metric.kind === kind)
      .sort((a, b) => a.rank - b.rank);
    if (first === undefined) continue;
    const rivals = others.filter(({ rank }) => rank === first.rank);
    if (rivals.length > 0) {
      const names = rivals.map(({ name }) => JSON.stringify(name)).join(", ");
      remark(key, `${kind}: ${JSON.stringify(first.name)} or ${names}: which is meant?`, true);
    }
    result[kind] = first.pick;
    used.push(first.name);
    const kept = others.filter(({ rank, own }) => rank !== first.rank && !(own in result));
    for (const other of kept) {
      result[other.own] ??= other.pick;
      used.push(other.name);
    }
    if (kept.length > 0) {
      remark(key, `${kind} is ${first.name}, not ${kept.map(({ name }) => name).join(", ")}`);
    }
  }
  return { metrics: result, used };
}

/** Whether a text column is meant as numbers; a cell that is none is found when the column is read, with what reads it. */
function areNumbers(column: Column): boolean {
  return looksNumeric(column) || whyNoNumbers(column, false).areMeant;
}

/** Scores in per cent leave no gap of this factor between those up to 1 % and the others. */
const MOST_GAP = 5;

/**
 * Whether scores, some of which are above 1, may be shares in part: those up to 1 are all scores of a file or task, or far below the
 * others. Zeros are the same in both.
 *
 * @param groups the file of each row, and the task if there is a column of it
 */
function mixesUnits(scores: readonly number[], groups: readonly (readonly (string | null)[])[]): boolean {
  const known = [...scores.keys()].filter((row) => scores[row]! > 0);
  const low = known.filter((row) => scores[row]! <= 1);
  const high = known.filter((row) => scores[row]! > 1);
  const most = low.reduce((score, row) => Math.max(score, scores[row]!), 0);
  if (high.every((row) => scores[row]! > MOST_GAP * most)) return low.length > 0;
  return groups.some((group) => {
    const inPerCent = new Set(high.map((row) => group[row]));
    return low.some((row) => !inPerCent.has(group[row]));
  });
}

/** The metric that a column is by its name, if its values may be that. */
function measuredIn(
  column: Column,
  { noNumbers }: SourcedTable,
  groups: readonly (readonly (string | null)[])[],
  remark: Remarking,
): Measured[] {
  const { name } = column;
  const said = readMetricName(name);
  if (said === undefined || noNumbers?.has(name)) return [];
  if (column.type === "boolean" || (column.type === "string" && !areNumbers(column))) return [];
  const cells = Array.from<string | number | null, number>(column.values, (value) =>
    typeof value === "string" ? (parseNumber(value) ?? Number.NaN) : (value ?? Number.NaN),
  );
  const values = cells.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const [least, most] = [values[0], values.at(-1)];
  const key = said.subject || "metrics";
  const of = (pick: ColumnPick): Measured[] => [{ ...said, name, pick }];
  if (least === undefined || most === undefined) return column.type === "string" ? of(name) : [];
  // A setting of the runs, such as loss_scale.
  if (least === most && values.length > 2) return [];
  if (said.isTaskAlone) remark(key, `${name} says no metric: taken as an accuracy`, true);
  const middle = values[values.length >> 1]!;
  const range = `its values are ${least} to ${most}`;
  if (said.kind === "accuracy") {
    if (least >= 0 && most <= 1) return of(name);
    if (least >= 0 && most <= 100 && middle > 1) {
      if (mixesUnits(cells, groups)) {
        remark(key, `${name} seems to be in shares in part and in per cent in part: ${range}`, true);
      } else remark(key, `${name} is in per cent: ${range}`);
      return of({ sql: `${quoted(name)} / 100` });
    }
    remark(key, `${name} is left out, as no accuracy: ${range}`, true);
    return [];
  }
  if (said.isPerplexity && least > 1) {
    remark(key, `loss is the logarithm of ${name}`);
    return of({ sql: `ln(${quoted(name)})` });
  }
  if (least > 0 && most < 50) return of(name);
  remark(key, `${name} is left out, as no loss: ${range}`, true);
  return [];
}
