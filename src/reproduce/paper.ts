import type { AxisValue } from "../methods/axis.ts";
import type { SweepSpec } from "../spec/spec.ts";
import type { Printed } from "./printed.ts";
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
  /** What of a mean the paper's method does not define; undefined where it defines all of it. */
  undefinedPart?: (results: Results) => UndefinedPart | undefined;
}

/** Numbers of a mean that the paper's method does not define, so that what it printed rests on a choice that it does not tell. */
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
  /** Whether its numbers are of targets, so that a table of fit runs alone has nothing to hold against it. @default false */
  needsTargets?: boolean;
}

/**
 * - `local optimum`: the witness's objective is above ours by the share `above` or more in some stage. The parameter
 *   `inside`, which its bounds keep in that basin, is at none of them, so that it is an optimum there; left out where
 *   the witness sits at a bound that the form has anyway.
 * - `flat valley`: the witness's objective is within 0.1 % of ours: the data do not tell the two apart.
 */
export type Reason = { name: "local optimum"; inside?: string; above: number } | { name: "flat valley" };

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
