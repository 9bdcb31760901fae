import { ownValue } from "../collections.ts";
import { SHOWN } from "../results/shown-columns.ts";
import { type Column, numberAt, type Table } from "../tables/table.ts";

/** Significant digits of a number whose uncertainty is not known, of an uncertainty, and at most. */
const DIGITS = 4;
const DIGITS_OF_ERROR = 2;
const MOST_DIGITS = 6;
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
      if (group === undefined) return round(value, DIGITS);
      const [lower, upper] = group.by.map((end) => numberAt(table, end, row));
      const beside = group.columns.map((other) => numberAt(table, other, row));
      return roundAmong(value, Math.abs(upper! - lower!), beside);
    });
    return { ...column, values };
  });
  return { rows: table.rows, columns };
}

/** A number to the digits that its uncertainty leaves, and more where the order of the numbers beside it would be lost. */
function roundAmong(value: number, uncertainty: number, beside: readonly number[]): number {
  if (!(uncertainty > 0 && Number.isFinite(uncertainty))) return round(value, DIGITS);
  const place = (size: number): number => Math.floor(Math.log10(Math.abs(size)));
  const roundTo = (number: number, more: number): number =>
    number === 0 ? 0 : round(number, DIGITS_OF_ERROR + more + place(number) - place(uncertainty));
  const numbers = beside.filter(Number.isFinite);
  const more = [0, 1, 2, 3].find((digits) => {
    const shown = numbers.map((number) => roundTo(number, digits));
    return numbers.every((a, i) =>
      numbers.every((b, j) => Math.sign(a - b) === Math.sign(shown[i]! - shown[j]!)),
    );
  });
  return roundTo(value, more ?? MOST_DIGITS);
}

/** A number to so many significant digits; a share below 1 does not become 1. */
function round(value: number, digits: number): number {
  if (!Number.isFinite(value)) return value;
  const [few, all] = [Math.min(Math.max(digits, 1), MOST_DIGITS), MOST_DIGITS].map((most) =>
    Number(value.toPrecision(most)),
  );
  return Math.abs(few!) === 1 ? all! : few!;
}
