import type { AxisValue } from "../methods/axis.ts";
import type { SweepSpec } from "../spec/spec.ts";
import type { Results } from "./results.ts";

/** Values of the axes that a variant of a method differs from the defaults in. */
export type Design = Readonly<Record<string, AxisValue>>;

/** The design of each task. Mostly the same for all; a witness takes the place of a task's own. */
export type DesignOf = (task: string) => Design;

/** How a printed number is found in the results of a sweep, in the unit of the printed one. */
export interface Quantity {
  /** Tasks whose predictions or fits it is made of. */
  tasks: readonly string[];
  value(results: Results, designOf: DesignOf): number;
  /**
   * The same made from numbers that are rounded as the paper prints them: an error as the difference of a
   * rounded prediction and a rounded actual value, a mean of rounded numbers.
   */
  fromRounded?: (results: Results, designOf: DesignOf) => number;
  /** The part of a mean that the paper's method does not define; undefined where it defines all of it. */
  undefinedPart?: (results: Results) => UndefinedPart | undefined;
}

/** Numbers of a mean that the paper's method does not define, so that the printed mean depends on a choice that the paper does not state. */
export interface UndefinedPart {
  /** Which they are and why, in words. */
  which: string;
  /** Numbers that are not defined, and of how many. */
  count: number;
  of: number;
  /** Ways to leave them out, to follow "it is", and the mean of what is left. */
  readings: readonly { how: string; value: number }[];
  /** The mean where they are 0, and where each is the largest of the others. */
  least: number;
  most: number;
}

/** One number of a paper, and where ours is. */
export interface PublishedCell {
  printed: Printed;
  design: Design;
  quantity: Quantity;
}

/** A table of a paper, or numbers of a figure or of the text put as one. */
export interface PublishedTable {
  /** `table-5-upper`: what the output calls it. */
  name: string;
  /** What its numbers are, with units. */
  title: string;
  columns: readonly string[];
  /** Each with one cell a column; undefined where the paper prints none. */
  rows: readonly { name: string; cells: readonly (PublishedCell | undefined)[] }[];
  /** Whether its numbers are of targets, so that a table with runs to fit only has no numbers to compare. @default false */
  needsTargets?: boolean;
}

/**
 * - `local optimum`: the witness's objective is above ours by the share `above` or more in some stage. The parameter
 *   `inside`, which its bounds keep in that basin, is at none of them, so that it is an optimum there; left out where
 *   the witness sits at a bound that the form has anyway.
 * - `flat valley`: the witness's objective is within 0.1 % of ours: the data do not tell the two apart.
 */
type Reason = { name: "local optimum"; inside?: string; above: number } | { name: "flat valley" };

/**
 * Why numbers of a design and task differ from ours. It is believed only where its witness agrees: a cell of the
 * same sweep in which something is held, so that its number rounds to the printed one. In no stage may the witness
 * have the lower objective.
 */
export interface Explanation {
  design: Design;
  task: string;
  reason: Reason;
  witness: Design;
  /** What the witness holds, to follow "with": `E >= 1.1`. */
  held: string;
}

/** A paper whose numbers a sweep gives. */
export interface Paper {
  name: string;
  title: string;
  /** Authors, year, arXiv number. */
  source: string;
  /** The sweep, its table left open. It must have the cells of all designs and witnesses. */
  sweep: SweepSpec;
  tables: readonly PublishedTable[];
  explanations: readonly Explanation[];
}

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
  if (match === null) throw new Error(`${JSON.stringify(text)} is not a printed number`);
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

/** A column of a table whose rows are read from text. */
export interface Column {
  title: string;
  /** What its number in a row is, by the row's name. */
  cell(row: string): Omit<PublishedCell, "printed">;
}

/**
 * A table from its text as printed: a line a row, its name and then a number a column, with spaces between them. A dash is a number
 * that the paper does not print.
 *
 * @throws Error for a line with more or fewer numbers than columns
 */
export function publishedTable(
  name: string,
  title: string,
  columns: readonly Column[],
  text: string,
): PublishedTable {
  const lines = text.trim().split("\n");
  const rows = lines.map((line) => {
    const words = line.trim().split(/\s+/);
    const numbers = words.slice(-columns.length);
    const row = words.slice(0, -columns.length).join(" ");
    if (row === "") throw new Error(`${JSON.stringify(line)} has not a name and ${columns.length} numbers`);
    const cells = columns.map(({ cell }, i) =>
      numbers[i] === "-" ? undefined : { printed: printed(numbers[i]!), ...cell(row) },
    );
    return { name: row, cells };
  });
  return { name, title, columns: columns.map((column) => column.title), rows };
}
