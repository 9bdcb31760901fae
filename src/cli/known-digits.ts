import { ownValue } from "../collections.ts";
import { roundAmong } from "../draw/numbers.ts";
import { SHOWN } from "../results/shown-columns.ts";
import { type Column, numberAt, type Table } from "../tables/table.ts";

/** Columns of numbers that were given and not computed. */
const GIVEN = ["level"];

/**
 * A result table with its numbers to the digits that are known: two of the width of the interval where they have one, more where
 * the order of a value and the ends would be lost, otherwise four.
 *
 * @param name of the table, which has the values' intervals in `SHOWN`
 */
export function toKnownDigits(table: Table, name: string): Table {
  const { known = [] } = ownValue(SHOWN, name) ?? {};
  const columns = table.columns.map((column): Column => {
    const group = known.find((group) => group.columns.includes(column.name));
    if (column.type !== "float64" || GIVEN.includes(column.name)) return column;
    const values = column.values.map((value, row) => {
      if (group === undefined) return roundAmong(value);
      const [lower, upper] = group.by.map((end) => numberAt(table, end, row));
      const beside = group.columns.map((other) => numberAt(table, other, row));
      return roundAmong(value, Math.abs(upper! - lower!), beside);
    });
    return { ...column, values };
  });
  return { rows: table.rows, columns };
}
