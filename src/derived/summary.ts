import { rowsOf, shownAt, type Table, valueAt } from "../tables/table.ts";
import { formatNumber, percent } from "../text.ts";

/** Rows that the terminal prints after a sweep. */
const mostRows = 40;

/**
 * The quantities for people, with the intervals of the first level.
 *
 * @param axes that were compared, whose values name the laws of method `fit`
 */
export function formatDerived(table: Table, laws: Table | undefined, axes: readonly string[]): string {
  const rows = rowsOf(table).filter((row) => valueAt(table, "level", row) === valueAt(table, "level", 0));
  if (rows.length === 0) return "";
  const lawOf = new Map(
    laws === undefined ? [] : rowsOf(laws).map((row) => [valueAt(laws, "problem", row), row]),
  );
  const axesOf = (row: number): string[] => {
    const law = lawOf.get(valueAt(table, "problem", row));
    return law === undefined ? [] : axes.map((axis) => shownAt(laws!, axis, law));
  };
  const figure = (name: string, row: number): string => formatNumber(Number(valueAt(table, name, row)));
  const lines = rows.slice(0, mostRows).map((row) => {
    const names = ["task", "target"].filter((name) => valueAt(table, name, row) !== null);
    const of = [...names.map((name) => shownAt(table, name, row)), ...axesOf(row)].join(", ");
    const within =
      shownAt(table, "status", row) === "ok" ? `, ${figure("lower", row)} to ${figure("upper", row)}` : "";
    return `  ${shownAt(table, "quantity", row)} (${of}): ${figure("value", row)}${within}`;
  });
  const more = rows.length > mostRows ? [`  ... and ${rows.length - mostRows} more in table derived`] : [];
  const level = percent(Number(valueAt(table, "level", 0)), 3);
  return `\nderived quantities, with intervals of ${level}\n${[...lines, ...more].join("\n")}\n`;
}
