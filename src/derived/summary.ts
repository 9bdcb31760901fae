import { formatEnds, formatKnown } from "../draw/known-numbers.ts";
import { numberAt, rowsOf, shownAt, type Table, textAt, valueAt } from "../tables/table.ts";
import { formatNumber, percent } from "../text.ts";
import { builtIn } from "./budgets.ts";

/** Rows that the terminal prints after a sweep. */
const mostRows = 40;

/** Whether a quantity is one that laws of N and D have without being asked. */
const isBuiltIn = (table: Table, row: number): boolean => {
  const call = builtIn[textAt(table, "quantity", row) as keyof typeof builtIn];
  return call !== undefined && textAt(table, "expression", row).startsWith(`${call}(`);
};

/** A value and its interval, to the digits that this leaves. */
function known(table: Table, row: number): string {
  const [value, lower, upper] = ["value", "lower", "upper"].map((name) => numberAt(table, name, row)) as [
    number,
    number,
    number,
  ];
  if (!Number.isFinite(upper - lower))
    return `${formatNumber(value)} (no interval: ${shownAt(table, "status", row)})`;
  return `${formatKnown(value, upper - lower, [value, lower, upper])}, ${formatEnds([lower, upper], value)}`;
}

/**
 * The quantities for people, with the intervals of the first level.
 *
 * @param axes that were compared, whose values name the laws of method `fit`
 */
export function formatDerived(table: Table, laws: Table | undefined, axes: readonly string[]): string {
  // Of method `fit` the best uses of compute are printed by themselves.
  const isOwn = (row: number): boolean => laws === undefined || !isBuiltIn(table, row);
  const rows = rowsOf(table).filter(
    (row) => valueAt(table, "level", row) === valueAt(table, "level", 0) && isOwn(row),
  );
  if (rows.length === 0) return "";
  const lawOf = new Map(
    laws === undefined ? [] : rowsOf(laws).map((row) => [valueAt(laws, "problem", row), row]),
  );
  const axesOf = (row: number): string[] => {
    const law = lawOf.get(valueAt(table, "problem", row));
    return law === undefined ? [] : axes.map((axis) => shownAt(laws!, axis, law));
  };
  const hasStages = new Set(rows.map((row) => textAt(table, "stage", row))).size > 1;
  const lines = rows.slice(0, mostRows).map((row) => {
    const names = [...(hasStages ? ["stage"] : []), "task", "target"].filter(
      (name) => valueAt(table, name, row) !== null,
    );
    const of = [...names.map((name) => shownAt(table, name, row)), ...axesOf(row)].join(", ");
    const quantity = shownAt(table, "quantity", row);
    const expression = shownAt(table, "expression", row);
    return `  ${quantity}${expression === quantity ? "" : ` = ${expression}`} (${of}): ${known(table, row)}`;
  });
  const more = rows.length > mostRows ? [`  ... and ${rows.length - mostRows} more in table derived`] : [];
  const level = percent(Number(valueAt(table, "level", 0)), 3);
  return `\nderived quantities, with intervals of ${level}\n${[...lines, ...more].join("\n")}\n`;
}
