import type { DefinedForm } from "../forms/define-form.ts";
import type { AxisInfo } from "../methods/axis.ts";
import { cell, findColumn, type Table } from "../tables/table.ts";
import type { HeadlinePrediction } from "./predictions.ts";
import { distinct, type Row, recordsOf, str } from "./records.ts";

/** The contents of a job directory from which figures are drawn. */
export interface LoadedJob {
  directory: string;
  /** Result tables by name, without those of `missing`. */
  tables: Readonly<Record<string, Table>>;
  /** Names of the tables that the manifest lists but that were not read, with the reasons. */
  missing: ReadonlyMap<string, string>;
  /** The method's axes that have a column, without those that name the two ends of a relation. */
  axes: readonly AxisInfo[];
  /**
   * The cells that the report opens with: those of the configuration with the most axes at their defaults (the first of
   * several). In a method of relations they are the cells of all pairs except trivial ones.
   */
  headline: readonly Row[];
  /** How to read the pairs; undefined where the method's cells do not relate two things. */
  pairs: PairReading | undefined;
  /** What the report opens with, where the method's fits are what its users look at. */
  opening?: Opening | undefined;
  /** Looks up a form of the sweep file or a built-in one; undefined where this version has no form of that name. */
  form(name: string): DefinedForm | undefined;
}

/** What a report opens with: sentences, one in each entry, and a table. */
export interface Opening {
  lines: string[];
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

/**
 * How reports read the tables of a method whose cells relate two things, such as two corpora. A cell then belongs to a task
 * and a pair, and there are too many predictions to show each of them.
 */
export interface PairReading {
  /** The axes that name the two ends of a relation; the other axes say how it is fitted. */
  between: readonly [from: string, to: string];
  /** The axis that names the kind of relation. Kinds are shown side by side and are not alternatives to choose from. */
  kind: string;
  /** Whether a row is left out because it is trivial, such as a loss that is predicted from itself. */
  isTrivial(row: Row): boolean;
  /** The stages whose laws belong to the first of the pair, which has no targets. */
  lawsOfFirst: readonly string[];
  /** The heading of the column that tells the report's first rows apart: `corpora`. */
  head: string;
  /** A description of the predictions that are shown, which `largestTargets` chooses. */
  shown: string;
  /** Why the chain, and a law against one size, have no figure here, and which figure shows them instead. */
  noChain: string;
  noLaw: string;
  /**
   * The sentences that the report opens with, one in each entry.
   *
   * @param opening number of predictions that the report can open with
   */
  answer(job: LoadedJob, predictions: readonly HeadlinePrediction[], opening: number): string[];
}

/** The pair of a row: `web → code`, or `web` where both are the same; empty for a method without pairs. */
export function pairOf({ pairs }: Pick<LoadedJob, "pairs">, row: Row): string {
  return distinct((pairs?.between ?? []).map((axis) => str(row, axis))).join(" → ");
}

/** A key that identifies the configuration of a row by the values of its axes. */
export function configurationKey(row: Row, axes: readonly AxisInfo[]): string {
  return JSON.stringify(axes.map(({ name }) => row[name] ?? null));
}

/** The cells of the configuration with the most axes at their defaults; of several, those of the first. */
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

/** The axes that have more than one value in the table. */
export function variedAxes(table: Table | undefined, axes: readonly AxisInfo[]): AxisInfo[] {
  return axes.filter(({ name }) => {
    const column = table && findColumn(table, name);
    return column !== undefined && new Set<unknown>(column.values).size > 1;
  });
}

/** Describes a configuration by its axes that are not at their defaults. */
export function describeConfiguration(row: Row, axes: readonly AxisInfo[]): string {
  const told = axes.filter(({ name, default: value }) => row[name] !== value && row[name] !== undefined);
  return told.length === 0 ? "all defaults" : told.map(({ name }) => `${name} ${row[name]}`).join(", ");
}
