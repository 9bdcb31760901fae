import type { DefinedForm } from "../forms/define-form.ts";
import type { AxisInfo } from "../methods/axis.ts";
import { cell, findColumn, type Table } from "../tables/table.ts";
import type { HeadlinePrediction } from "./predictions.ts";
import { distinct, type Row, recordsOf, str } from "./records.ts";

/** The folder of a sweep's results, read: what figures are drawn from. */
export interface LoadedJob {
  directory: string;
  /** Result tables by name; those of `missing` are not there. */
  tables: Readonly<Record<string, Table>>;
  /** Tables that the manifest names and that cannot be read, with the reason. */
  missing: ReadonlyMap<string, string>;
  /** The method's axes, those with a column; but not those that say between what a relation is. */
  axes: readonly AxisInfo[];
  /**
   * The cells that the report opens with: those of the configuration with the most axes at their defaults, the first of
   * several. Of relations those of all pairs, but for trivial ones.
   */
  headline: readonly Row[];
  /** Of a method whose cells relate two things to each other. */
  pairs: PairReading | undefined;
  /** The form of a name, of the sweep's own or built in; undefined where this version has none. */
  form(name: string): DefinedForm | undefined;
}

/**
 * How reports read the tables of a method whose cells relate two things, such as two corpora: a cell is of a task and a pair,
 * and there are too many predictions to show each.
 */
export interface PairReading {
  /** Axes that say between what a relation is, and not how it is fitted. */
  between: readonly [from: string, to: string];
  /** The axis that says what kind of relation it is: kinds stand side by side, and none is a choice. */
  kind: string;
  /** Whether a row says nothing, as of a loss that is predicted from itself: it does not count. */
  isTrivial(row: Row): boolean;
  /** Stages whose laws are of the first of the pair, which no target belongs to. */
  lawsOfFirst: readonly string[];
  /** What tells the rows of the answer apart: `corpora`. */
  head: string;
  /** Which predictions are shown, in words: `largestTargets` chooses them. */
  shown: string;
  /** Why there is no figure of the chain, and none of a law against one size; where it is shown instead. */
  noChain: string;
  noLaw: string;
  /**
   * What the report opens with, a sentence a line.
   *
   * @param opening how many predictions are shown at most
   */
  answer(job: LoadedJob, predictions: readonly HeadlinePrediction[], opening: number): string[];
}

/** The pair of a row, `web → code`, or `web` of one with itself; empty of a method without pairs. */
export function pairOf({ pairs }: Pick<LoadedJob, "pairs">, row: Row): string {
  return distinct((pairs?.between ?? []).map((axis) => str(row, axis))).join(" → ");
}

/** What tells the configuration of a row: the values of its axes. */
export function configurationKey(row: Row, axes: readonly AxisInfo[]): string {
  return JSON.stringify(axes.map(({ name }) => row[name] ?? null));
}

/** The cells of the configuration with the most axes at their defaults, the first of several. */
export function headlineOf(cells: Table | undefined, axes: readonly AxisInfo[]): Row[] {
  if (cells === undefined) return [];
  const columns = axes.map(({ name, default: value }) => ({ column: findColumn(cells, name)!, value }));
  let [first, most] = [0, -1];
  for (let row = 0; row < cells.rows; row++) {
    const defaults = columns.filter(({ column, value }) => cell(column, row) === value).length;
    if (defaults > most) [first, most] = [row, defaults];
  }
  return recordsOf(cells, (row) =>
    columns.every(({ column }) => column.values[row] === column.values[first]),
  );
}

/** The axes that have several values in the table. */
export function variedAxes(table: Table | undefined, axes: readonly AxisInfo[]): AxisInfo[] {
  return axes.filter(({ name }) => {
    const column = table && findColumn(table, name);
    return column !== undefined && new Set<unknown>(column.values).size > 1;
  });
}

/** A configuration in words: its axes that are not at their defaults. */
export function describeConfiguration(row: Row, axes: readonly AxisInfo[]): string {
  const told = axes.filter(({ name, default: value }) => row[name] !== value && row[name] !== undefined);
  return told.length === 0 ? "all defaults" : told.map(({ name }) => `${name} ${row[name]}`).join(", ");
}
