import { extensions, fittingAnalyses } from "../registry.ts";
import type { SweepResult } from "../run/run-sweep.ts";
import { formatTable } from "../tables/format.ts";
import { type Column, cell, findColumn, rowsOf, shownAt, type Table, valueAt } from "../tables/table.ts";
import { countOf, percent, shellWord } from "../text.ts";
import { duration, whole } from "./progress.ts";
import { formatHeadline } from "./sweep-headline.ts";

/** Largest number of reasons that are named. */
const MOST_REASONS = 3;

/** What was skipped and why, the most frequent reasons first; empty if nothing was skipped. */
export function formatSkipped({ tables }: Pick<SweepResult, "tables">, directory: string): string {
  const { problems_skipped: skipped } = tables;
  if (skipped.rows === 0) return "";
  const kinds = new Map<string, string[]>();
  for (const row of rowsOf(skipped)) {
    const reason = shownAt(skipped, "reason", row);
    // Reasons that differ only in their numbers are of one kind; a digit in a name is not a number.
    const kind = reason.replace(/(?<![\p{L}\p{N}_.-])\d+(\.\d+)?(e[+-]?\d+)?(?![\p{L}\p{N}_-])/gu, "N");
    kinds.set(kind, [...(kinds.get(kind) ?? []), reason]);
  }
  const ranked = [...kinds.values()].sort((a, b) => b.length - a.length);
  const lines = ranked.slice(0, MOST_REASONS).map((reasons) => {
    const others = new Set(reasons).size > 1 ? " (the first; the others differ in their numbers)" : "";
    return `  ${countOf(reasons.length, "time")}: ${reasons[0]}${others}\n`;
  });
  const more =
    ranked.length > MOST_REASONS ? `  and ${countOf(ranked.length - MOST_REASONS, "more reason")}\n` : "";
  return `${skipped.rows} stages skipped: lawfit show ${shellWord(directory)} problems_skipped\n${lines.join("")}${more}`;
}

/** How much work the sweep was and how fast it went; empty for a sweep that another program's solver solved. */
export function formatWork({ manifest }: Pick<SweepResult, "manifest">): string {
  const { work, seconds } = manifest;
  if (work.fits + work.fits_found === 0) return "";
  const total = Object.values(seconds).reduce((sum, phase) => sum + phase, 0);
  const again = fittingAnalyses.map(({ key }) => key);
  const solving = (["solve", "score", "bootstrap", ...again] as const).reduce(
    (sum, phase) => sum + seconds[phase],
    0,
  );
  const speed = ` at ${whole(Number((work.fits / solving).toPrecision(3)))} a second`;
  const made = work.fits > 0 ? `${whole(work.fits)} fits${speed}` : "no new fits";
  const before = work.fits_found > 0 ? `, ${whole(work.fits_found)} finished before` : "";
  return `${made}${before}; ${duration(total)} in all\n`;
}

const MOST_ROWS = 60;

/** What a sweep predicted, for people: a row a prediction, axes that vary, errors in points and per cent. */
export function formatSummary({ manifest, tables }: SweepResult, directory: string): string {
  const { predictions } = tables;
  const compared = new Set<unknown>(findColumn(tables.axis_importance, "axis")?.values);
  const axes = predictions.columns.filter((column) => compared.has(column.name) && varies(column));
  const summary: Table = {
    rows: predictions.rows,
    columns: [
      ...["task", "target"].flatMap((name) => findColumn(predictions, name) ?? []),
      ...axes,
      decimals(predictions, "predicted", "predicted", 1, 4),
      ...determinedColumn(predictions),
      decimals(predictions, "actual", "actual", 1, 4),
      errors(predictions),
      decimals(predictions, "rel_error", "error (%)", 100, 2),
      ...(tables.intervals === undefined ? [] : predictedIntervals(predictions, tables.intervals)),
    ],
  };
  const left = formatSkipped({ tables }, directory);
  const said = extensions.map((extension) => ({
    replaces: extension.summaryReplacesPredictions ?? false,
    text: extension.summary?.(tables, [...compared].map(String)) ?? "",
  }));
  const textOf = (replaces: boolean): string =>
    said.map((section) => (section.replaces === replaces ? section.text : "")).join("");
  const instead = textOf(true);
  const answer =
    instead === ""
      ? `${formatTable(summary, { maxRows: MOST_ROWS })}${left}${formatHeadline(tables)}`
      : `${instead}${left}`;
  return (
    `${answer}${textOf(false)}` +
    formatWork({ manifest }) +
    `tables in ${directory}: ${Object.keys(tables).join(", ")} (lawfit show ${shellWord(directory)} predictions)\n`
  );
}

/**
 * The interval of each prediction, of the first kind and level: `0.7762..0.8611`, blank where there is none, with a
 * word where something is wrong with it: `0.6240..1.1350 outside-range`; beside it, of
 * a sweep with back-tests, how often such intervals held: `72 % of 152`.
 */
function predictedIntervals(predictions: Table, intervals: Table): Column[] {
  const keyOf = (table: Table, row: number) =>
    `${valueAt(table, "cell", row)} ${valueAt(table, "target", row)}`;
  const rowOf = new Map<string, number>();
  for (const row of rowsOf(intervals)) {
    const key = keyOf(intervals, row);
    if (shownAt(intervals, "quantity", row) === "predicted" && !rowOf.has(key)) rowOf.set(key, row);
  }
  const column = (name: string, show: (row: number) => string): Column => {
    const rows = rowsOf(predictions).map((row) => rowOf.get(keyOf(predictions, row)));
    return { name, type: "string", values: rows.map((row) => (row === undefined ? "" : show(row))) };
  };
  const level = Number(valueAt(intervals, "level", 0) ?? 0);
  const ends = column(`${percent(level, 6)} ${valueAt(intervals, "interval", 0) ?? ""}`, (row) => {
    const [lower, upper] = ["lower", "upper"].map((name) =>
      Number(valueAt(intervals, name, row) ?? Number.NaN),
    );
    const status = shownAt(intervals, "status", row);
    // A word says why there is no interval; table intervals has the whole sentence.
    if (!Number.isFinite(lower! + upper!)) return status === "ok" ? "" : status;
    return `${lower!.toFixed(4)}..${upper!.toFixed(4)}${status === "ok" ? "" : ` ${status}`}`;
  });
  const held = column("held before", (row) => {
    const rate = valueAt(intervals, "backtest_rate", row);
    return rate === null ? "" : `${percent(Number(rate), 2)} of ${shownAt(intervals, "backtest_count", row)}`;
  });
  return held.values.some((share) => share !== "") ? [ends, held] : [ends];
}

function varies(column: Column): boolean {
  return new Set<unknown>(column.values).size > 1;
}

/** A column that says whether the data determine each prediction; none if they determine all. */
function determinedColumn(predictions: Table): Column[] {
  const values = rowsOf(predictions).map((row) => valueAt(predictions, "determined", row));
  const shown = values.map((word) => (word === null || word === "yes" ? "" : `not: ${word}`));
  return shown.every((word) => word === "") ? [] : [{ name: "determined", type: "string", values: shown }];
}

/** Errors of scores in points of a hundred; where losses are predicted, in the unit of the predictions. */
function errors(predictions: Table): Column {
  const predicts = new Set<unknown>(findColumn(predictions, "predicts")?.values);
  return predicts.has("loss")
    ? decimals(predictions, "error", "error", 1, 4)
    : decimals(predictions, "error", "error (points)", 100, 2);
}

/** Numbers as text, aligned to the right of the column's name; blank where one is missing. */
function decimals(table: Table, from: string, name: string, scale: number, digits: number): Column {
  const source = findColumn(table, from);
  const values = Array.from({ length: table.rows }, (_, row) => {
    const value = source === undefined ? null : cell(source, row);
    return typeof value === "number" ? (scale * value).toFixed(digits).padStart(name.length) : "";
  });
  return { name, type: "string", values };
}
