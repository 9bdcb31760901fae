import type { PublishedCell, PublishedTable } from "./paper.ts";

/** A number as a paper prints it. */
export interface Printed {
  /** The digits as printed, a trailing zero included. */
  text: string;
  value: number;
  /** Digits after the point; of a number with a power of ten as if it were written out, so that they may be below 0. */
  decimals: number;
}

const NUMBER = /^-?\d+(?:\.(\d+))?(?:e([+-]\d\d))?$/;

/** Reads a number as printed: `0.40`, `-1.3`, `702974.93`, `7.00e+07`. */
export function printed(text: string): Printed {
  const match = NUMBER.exec(text);
  if (match === null) throw new Error(`${JSON.stringify(text)} is no printed number`);
  const [, fraction = "", power = "0"] = match;
  return { text, value: Number(text), decimals: fraction.length - Number(power) };
}

/** A number as the printed one is written, with one digit more; no minus before a zero. */
export function inDigitsOf(value: number, { text, decimals }: Printed): string {
  const [mantissa = "", power] = text.split("e");
  if (power !== undefined) return value.toExponential((mantissa.split(".")[1]?.length ?? 0) + 1);
  const digits = value.toFixed(decimals + 1);
  return Number(digits) === 0 ? digits.replace("-", "") : digits;
}

/** Whether a number rounds to the printed one; half of the last digit either way, a tie included. */
export function roundsTo(value: number, { value: target, decimals }: Printed): boolean {
  // A share of the unit as allowance for the last bits of binary fractions.
  const unit = 10 ** -decimals;
  return Math.abs(value - target) <= unit * (0.5 + 1e-6);
}

/** A number to so many digits after the point. */
export function roundTo(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}

/** What a printed number of a row and column is; `row` and `column` are 0-based. */
type CellOf = (row: string, column: number) => Omit<PublishedCell, "printed">;

/**
 * The rows of a table from its text as printed: a line a row, its name and then its numbers, with spaces between
 * them. A dash is a number that the paper does not print.
 *
 * @throws Error for a line with more or fewer numbers than columns
 */
export function readRows(columns: readonly string[], text: string, cellOf: CellOf): PublishedTable["rows"] {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const words = line.trim().split(/\s+/);
      const numbers = words.slice(-columns.length);
      const name = words.slice(0, -columns.length).join(" ");
      if (name === "" || words.length <= columns.length) {
        throw new Error(`${JSON.stringify(line)} has not a name and ${columns.length} numbers`);
      }
      return {
        name,
        cells: numbers.map((number, column) =>
          number === "-" ? undefined : { printed: printed(number), ...cellOf(name, column) },
        ),
      };
    });
}
