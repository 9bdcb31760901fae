import { groupBy } from "../collections.ts";
import { num, type Row, recordsOf, str } from "../draw/records.ts";
import { median } from "../statistics.ts";
import { formatTable } from "../tables/format.ts";
import { type Column, type Table, textColumn } from "../tables/table.ts";
import { countOf, formatNumber, percent } from "../text.ts";
import type { BackPrediction } from "./hit-rates.ts";

/** Rows that the terminal prints one by one; of more there is a line for each cut. */
const MOST_ROWS = 40;

/**
 * The back-test of each cell and cut that reaches farthest: of the measured run with the most FLOPs, in the order of the predictions.
 * Later cuts predict the same run from ever larger ones.
 */
export function largestLeftOut(predictions: readonly BackPrediction[]): BackPrediction[] {
  const measured = predictions.filter(({ actual }) => !Number.isNaN(actual));
  return [...groupBy(measured, ({ cell }) => cell).values()].flatMap((ofCell) =>
    [...groupBy(ofCell, ({ cut }) => cut).values()].map((ofCut) =>
      ofCut.reduce((largest, next) => (next.ratio > largest.ratio ? next : largest)),
    ),
  );
}

/**
 * Table `leave_largest_out` for people: a row for each prediction with its first kind of interval and level, or for each cut where
 * there are many.
 *
 * @param axes that were compared
 */
export function formatLargestLeftOut(table: Table, axes: readonly string[]): string {
  const rows = [...groupBy(recordsOf(table), ({ cell, cut }) => `${cell} ${cut}`).values()].map(
    ([first]) => first!,
  );
  const [first] = rows;
  if (first === undefined) return "";
  const kind = `${percent(num(first, "level"), 6)} ${str(first, "interval")}`;
  const shown =
    rows.length > MOST_ROWS
      ? byCut(rows, kind)
      : [...columnsOfCells(rows, axes), ...columnsOfEach(rows, kind)];
  const text = formatTable(
    { rows: shown[0]!.values.length, columns: shown },
    { maxRows: MOST_ROWS, alignRight: shown.flatMap(({ name }) => (LEFT.includes(name) ? [] : name)) },
  );
  return `\nthe largest run of ${countOf(new Set(rows.map(({ cut }) => cut)).size, "cut")}, predicted from the runs up to it\n${text}\n`;
}

/** Columns that are aligned to the left. */
const LEFT = ["task", "target", "held"];

const columnOver =
  <Item>(items: readonly Item[]) =>
  (name: string, text: (item: Item) => string) =>
    textColumn(name, items, text);

/** What tells the cells apart: tasks and axes of which several are in the rows. */
function columnsOfCells(rows: readonly Row[], axes: readonly string[]): Column[] {
  const column = columnOver(rows);
  return ["task", ...axes]
    .filter((name) => new Set(rows.map((row) => row[name])).size > 1)
    .map((name) => column(name, (row) => str(row, name)));
}

function columnsOfEach(rows: readonly Row[], kind: string): Column[] {
  const column = columnOver(rows);
  const ends = (row: Row) => {
    const [lower, upper] = [num(row, "lower"), num(row, "upper")];
    return Number.isFinite(lower + upper) ? `${lower.toFixed(4)}..${upper.toFixed(4)}` : str(row, "status");
  };
  return [
    column("cut", (row) => formatNumber(num(row, "cut"), 3)),
    column("runs", (row) => str(row, "runs_used")),
    column("target", (row) => str(row, "target")),
    column("budget", (row) => `${formatNumber(num(row, "ratio"), 3)} x`),
    column("forecast", (row) => num(row, "predicted").toFixed(4)),
    column("actual", (row) => num(row, "actual").toFixed(4)),
    column("error (%)", (row) => ((100 * num(row, "error")) / num(row, "actual")).toFixed(2)),
    column(kind, ends),
    column("held", (row) => (row.hit === null ? "" : row.hit ? "yes" : "no")),
  ];
}

/** A row for each cut: the median over its predictions. */
function byCut(rows: readonly Row[], kind: string): Column[] {
  const cuts = [...groupBy(rows, (row) => num(row, "cut")).values()].toSorted(
    ([a], [b]) => num(a, "cut") - num(b, "cut"),
  );
  const column = columnOver(cuts);
  const middle = (ofCut: readonly Row[], name: string) =>
    median(ofCut.map((row) => num(row, name)).filter(Number.isFinite));
  return [
    column("cut", ([row]) => formatNumber(num(row, "cut"), 3)),
    column("predictions", (ofCut) => String(ofCut.length)),
    column("median budget", (ofCut) => `${formatNumber(middle(ofCut, "ratio"), 3)} x`),
    column("median error (%)", (ofCut) => (100 * middle(ofCut, "abs_rel_error")).toFixed(2)),
    column(`${kind} held`, (ofCut) => {
      const known = ofCut.filter(({ hit }) => hit !== null);
      return `${known.filter(({ hit }) => hit === true).length} of ${known.length}`;
    }),
  ];
}
