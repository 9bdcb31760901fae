import { type Column, cell, findColumn, rowsOf, shownAt, type Table, valueAt } from "../tables/table.ts";
import { percent } from "../text.ts";

/** Columns of `answerTable` that are texts of numbers, for `formatTable`. */
export const NUMBERS = ["predicted", "actual", "error", "error (points)", "error (%)"] as const;

/** Names of the axes with several values, from table `axis_importance`, which has no rows where there are none. */
export function comparedAxes(importance: Table | undefined): ReadonlySet<string> {
  return new Set(importance && rowsOf(importance).map((row) => String(valueAt(importance, "axis", row))));
}

/** The columns of the design choices that were compared, of which several values are in a table. */
export function varyingAxes({ columns }: Table, compared: ReadonlySet<string>): Column[] {
  return columns.filter(({ name, values }) => compared.has(name) && new Set<unknown>(values).size > 1);
}

/**
 * The predictions for people: a row a prediction, axes that vary, errors in points and per cent, and intervals where a sweep has
 * them.
 *
 * @param predictability what back-tests say of each task, where a sweep has them
 */
export function answerTable(
  predictions: Table,
  intervals: Table | undefined,
  compared: ReadonlySet<string>,
  predictability?: Table,
): Table {
  const values = [
    decimals(predictions, "actual", "actual", 1, 4),
    errors(predictions),
    decimals(predictions, "rel_error", "error (%)", 100, 2),
    ...(intervals === undefined ? [] : predictedIntervals(predictions, intervals)),
  ];
  return {
    rows: predictions.rows,
    columns: [
      ...["task", "target"].flatMap((name) => findColumn(predictions, name) ?? []),
      ...varyingAxes(predictions, compared),
      decimals(predictions, "predicted", "predicted", 1, 4),
      ...determinedColumn(predictions),
      ...doubtedTasks(predictions, predictability),
      ...values.filter((column) => column.values.some((value) => value !== "")),
    ],
  };
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

/** A column that names tasks whose back-tests say not to rely on their predictions; none if there is no such task. */
function doubtedTasks(predictions: Table, predictability: Table | undefined): Column[] {
  if (predictability === undefined) return [];
  const verdicts = new Map(
    rowsOf(predictability).map((row) => [
      shownAt(predictability, "task", row),
      shownAt(predictability, "verdict", row),
    ]),
  );
  const isSaid = (verdict: string) => verdict === "noisy" || verdict === "do not extrapolate";
  const values = rowsOf(predictions).map((row) => {
    const verdict = verdicts.get(shownAt(predictions, "task", row)) ?? "";
    return isSaid(verdict) ? verdict : "";
  });
  return values.every((verdict) => verdict === "") ? [] : [{ name: "the task", type: "string", values }];
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

/** Numbers as text; blank where one is missing. */
function decimals(
  table: Table,
  from: string,
  name: (typeof NUMBERS)[number],
  scale: number,
  digits: number,
): Column {
  const source = findColumn(table, from);
  const values = Array.from({ length: table.rows }, (_, row) => {
    const value = source === undefined ? null : cell(source, row);
    return typeof value === "number" ? (scale * value).toFixed(digits) : "";
  });
  return { name, type: "string", values };
}
