import { formatEnds, formatKnown } from "../draw/known-numbers.ts";
import { formatTable } from "../tables/format.ts";
import {
  findColumn,
  numberAt,
  rowsOf,
  shownAt,
  type Table,
  textAt,
  textColumn,
  valueAt,
} from "../tables/table.ts";
import { formatNumber, percent } from "../text.ts";

/** Rows that are printed. */
const MOST_ROWS = 20;

/** Further inputs of a law at a row. */
const heldOf = (optimal: Table, row: number): string[] =>
  findColumn(optimal, "held") === undefined
    ? []
    : [textAt(optimal, "held", row)].filter((text) => text !== "");

/**
 * How the laws would spend the FLOPs of the rows to predict, or the most FLOPs that the table has of them, for people.
 *
 * @param axesOf values of the axes that were compared, of a problem
 */
export function formatOptimal(
  optimal: Table,
  predictions: Table,
  axesOf: (problem: string) => Readonly<Record<string, string>>,
): string {
  const measured = new Set(
    rowsOf(predictions)
      .filter((row) => valueAt(predictions, "actual", row) !== null)
      .map((row) => textAt(predictions, "target", row)),
  );
  const rows = rowsOf(optimal).filter((row) => valueAt(optimal, "n", row) !== null);
  const asked = rows.filter((row) => !measured.has(textAt(optimal, "target", row)));
  const most = Math.max(...rows.map((row) => numberAt(optimal, "c", row)));
  const shown = asked.length > 0 ? asked : rows.filter((row) => numberAt(optimal, "c", row) === most);
  if (shown.length === 0) return "";
  const column = (name: string, text: (row: number) => string) => textColumn(name, shown, text);
  const level = percent(numberAt(optimal, "interval_level", shown[0]!));
  const known = (name: string, of: string) => {
    const ends = (row: number) => [`${of}_lower`, `${of}_upper`].map((end) => numberAt(optimal, end, row));
    return [
      column(name, (row) => {
        const [lower, upper] = ends(row) as [number, number];
        const value = numberAt(optimal, of, row);
        return Number.isFinite(upper - lower)
          ? formatKnown(value, upper - lower, [value, lower, upper])
          : formatNumber(value);
      }),
      column(level, (row) => formatEnds(ends(row), numberAt(optimal, of, row))),
    ];
  };
  const numbers = [
    column("C = 6ND", (row) => formatNumber(numberAt(optimal, "c", row))),
    ...[...known("N", "n"), ...known("D", "d"), ...known("loss", "loss"), ...known("a", "exponent")],
  ];
  const names = Object.keys(axesOf(textAt(optimal, "problem", shown[0]!)));
  const table: Table = {
    rows: shown.length,
    columns: [
      column("group", (row) => shownAt(optimal, "task", row)),
      ...names.map((axis) => column(axis, (row) => axesOf(textAt(optimal, "problem", row))[axis]!)),
      column("at", (row) =>
        valueAt(optimal, "target", row) === null
          ? ["largest row", ...heldOf(optimal, row)].join(", ")
          : shownAt(optimal, "target", row),
      ),
      ...numbers,
    ],
  };
  const alignRight = numbers.map(({ name }) => name);
  const reasons = new Set(
    shown.map((row) => textAt(optimal, "reason", row)).filter((reason) => reason !== ""),
  );
  const open = Array.from(reasons, (reason) => `${reason}\n`).join("");
  return `\nbest use of C FLOPs; the best N grows as C^a\n${formatTable(table, { maxRows: MOST_ROWS, alignRight })}${open}`;
}
