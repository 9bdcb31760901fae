import { UserError } from "../errors.ts";
import { drawsOf } from "../intervals/draws.ts";
import { percentile } from "../intervals/kinds.ts";
import { comparePaired } from "../intervals/paired.ts";
import type { AxisValue } from "../methods/axis.ts";
import { methods } from "../registry.ts";
import { queryTable } from "../tables/sql/query.ts";
import { columnOf, findColumn, numberAt, type Table, valueAt } from "../tables/table.ts";
import { type ColumnOf, count, number, tableOf, text } from "../tables/table-of.ts";
import { differentManifests } from "./job-differences.ts";
import { queryJob, readWhole, resultPath } from "./job-directory.ts";
import type { Manifest } from "./manifest.ts";

export interface CompareOptions {
  /** Predictions that differ by no more than this, relative, are the same. @default 1e-9 */
  tolerance?: number;
  /** Of the intervals of paired differences. @default 0.9 */
  level?: number;
}

/** The comparison of two jobs. */
export interface JobComparison {
  /** Differences between the sweeps of the two jobs, a line each. */
  runs: string[];
  /** Numbers of predictions that are the same, that changed, and that only one of the two jobs has. */
  counts: { same: number; changed: number; onlyFirst: number; onlySecond: number };
  /** The predictions that changed, the largest difference first (docs/results.md, compare). */
  changed: Table;
  /** Why there are no paired differences; undefined if there are. */
  unpaired: string | undefined;
}

/** A prediction of a job. */
interface Predicted {
  cell: number;
  task: string;
  target: string;
  /** Values of the axes. */
  axes: readonly (string | number | boolean | null)[];
  predicted: number;
  absError: number;
}

interface Change {
  first: Predicted;
  second: Predicted;
  paired:
    | { mean: number; standardError: number; lower: number; upper: number; replicates: number }
    | undefined;
}

/**
 * Finds the cells of two runs whose predictions differ, from their run directories. Cells are the same where task, target and the values of all axes are.
 * Where both runs kept their draws, and drew the same resamples, the differences are taken replicate by replicate.
 *
 * @throws UserError where one of them is not a finished run, or they are of different methods
 */
export async function compareJobs(
  first: string,
  second: string,
  { tolerance = 1e-9, level = 0.9 }: CompareOptions = {},
): Promise<JobComparison> {
  return readWhole(first, (before) =>
    readWhole(second, (after) => compareFinished([first, second], [before, after], { tolerance, level })),
  );
}

async function compareFinished(
  [first, second]: readonly [string, string],
  [before, after]: readonly [Manifest, Manifest],
  { tolerance, level }: Required<CompareOptions>,
): Promise<JobComparison> {
  if (before.sweep.method !== after.sweep.method) {
    throw new UserError(
      `${second}: method ${after.sweep.method}; ${first} has method ${before.sweep.method}: their cells are not the same`,
    );
  }
  const axes = [...new Set([...(await axesOf(first)), ...(await axesOf(second))])];
  // A job that does not use an axis may have no column of it.
  const { axes: known = [] } = methods.get(String(before.sweep.method)) ?? {};
  const usual = new Map(known.map((axis) => [axis.name, axis.default]));
  const [ours, theirs] = await Promise.all([
    predictionsOf(first, axes, usual),
    predictionsOf(second, axes, usual),
  ]);
  const pairs = [...ours].flatMap(([key, prediction]) =>
    theirs.has(key) ? [{ first: prediction, second: theirs.get(key)! }] : [],
  );
  const changed = pairs.filter(({ first: a, second: b }) => !isSame(a.predicted, b.predicted, tolerance));
  changed.sort((a, b) => Math.abs(difference(b)) - Math.abs(difference(a)));
  const unpaired = await whyUnpaired([first, second], [before, after]);
  const changes =
    unpaired === undefined
      ? await pairedChanges(changed, [first, second], level)
      : changed.map((pair): Change => ({ ...pair, paired: undefined }));
  return {
    runs: differentManifests(before, after),
    counts: {
      same: pairs.length - changed.length,
      changed: changed.length,
      onlyFirst: ours.size - pairs.length,
      onlySecond: theirs.size - pairs.length,
    },
    changed: tableOf(changes, columns(axes)),
    unpaired,
  };
}

function difference({ first, second }: { first: Predicted; second: Predicted }): number {
  return second.predicted - first.predicted;
}

function isSame(a: number, b: number, tolerance: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}

/** Columns of table `cells` that are axes. */
async function axesOf(directory: string): Promise<string[]> {
  const { columns } = await queryJob(directory, "cells", { where: "false" });
  const identity = new Set(["cell", "method", "task"]);
  return columns
    .map(({ name }) => name)
    .filter((name) => !identity.has(name) && !name.startsWith("problem_"));
}

async function predictionsOf(
  directory: string,
  axes: readonly string[],
  usual: ReadonlyMap<string, AxisValue>,
): Promise<Map<string, Predicted>> {
  const table = await queryJob(directory, "predictions");
  const read = (name: string, row: number) => valueAt(table, name, row);
  const number = (name: string, row: number) => numberAt(table, name, row);
  const rows = Array.from({ length: table.rows }, (_, row): [string, Predicted] => {
    const identity = { task: String(read("task", row)), target: String(read("target", row)) };
    const values = axes.map((axis) =>
      findColumn(table, axis) === undefined ? (usual.get(axis) ?? null) : read(axis, row),
    );
    const key = JSON.stringify([identity.task, identity.target, values]);
    const scores = { predicted: number("predicted", row), absError: number("abs_error", row) };
    return [key, { cell: number("cell", row), ...identity, axes: values, ...scores }];
  });
  return new Map(rows);
}

/** Replicates of equal numbers have the same draws if the seed, the scheme and the population are the same. */
async function whyUnpaired(
  directories: readonly [string, string],
  manifests: readonly [Manifest, Manifest],
): Promise<string | undefined> {
  if (manifests.some(({ results }) => results.draws === undefined)) {
    return "not both run directories have draws (lawfit bootstrap --draws, or bootstrap: {draws: true})";
  }
  if (manifests[0].seed !== manifests[1].seed) return "they have different seeds, so their resamples differ";
  const [ours, theirs] = await Promise.all(directories.map(populationsOf));
  return ours === theirs ? undefined : "they were resampled by other schemes, or from other runs";
}

async function populationsOf(directory: string): Promise<string> {
  const table = await queryJob(directory, "bootstrap", { columns: ["population"] });
  return [...new Set<unknown>(findColumn(table, "population")?.values)].map(String).sort().join();
}

/** Cells whose draws are read at once. */
const CELLS_AT_ONCE = 100;

async function pairedChanges(
  changed: readonly { first: Predicted; second: Predicted }[],
  directories: readonly [string, string],
  level: number,
): Promise<Change[]> {
  const changes: Change[] = [];
  for (let from = 0; from < changed.length; from += CELLS_AT_ONCE) {
    const some = changed.slice(from, from + CELLS_AT_ONCE);
    const [ours, theirs] = await Promise.all([
      drawsIn(
        directories[0],
        some.map((pair) => pair.first.cell),
      ),
      drawsIn(
        directories[1],
        some.map((pair) => pair.second.cell),
      ),
    ]);
    for (const pair of some) {
      const a = ours.get(drawKey(pair.first.cell, pair.first.target));
      const b = theirs.get(drawKey(pair.second.cell, pair.second.target));
      changes.push({ ...pair, paired: a && b && pairedDifference(a, b, pair, level) });
    }
  }
  return changes;
}

function pairedDifference(
  before: Float64Array,
  after: Float64Array,
  { first, second }: { first: Predicted; second: Predicted },
  level: number,
): Change["paired"] {
  const replicates = Math.min(before.length, after.length);
  const [ours, theirs] = [after.subarray(0, replicates), before.subarray(0, replicates)];
  const { mean, standardError, dropped } = comparePaired(ours, theirs);
  const draws = drawsOf(ours.map((value, i) => value - theirs[i]!));
  const estimate = difference({ first, second });
  const { lower, upper } = percentile.compute({ estimate, draws }, level);
  return { mean, standardError, lower, upper, replicates: replicates - dropped };
}

async function drawsIn(directory: string, cells: readonly number[]): Promise<Map<string, Float64Array>> {
  const table = await queryTable(await resultPath(directory, "draws"), {
    where: `cell IN (${[...new Set(cells)].join(", ")})`,
    columns: ["cell", "target", "replicate", "predicted"],
  });
  const column = (name: string) => columnOf(table, name).values;
  const [cellOf, target, replicate, predicted] = ["cell", "target", "replicate", "predicted"].map(column);
  const byKey = new Map<string, number[]>();
  for (let row = 0; row < table.rows; row++) {
    const key = drawKey(Number(cellOf![row]), String(target![row]));
    const values = byKey.get(key) ?? [];
    byKey.set(key, values);
    values[Number(replicate![row]) - 1] = Number(predicted![row] ?? Number.NaN);
  }
  return new Map(Array.from(byKey, ([key, values]) => [key, Float64Array.from(values)]));
}

function drawKey(cellNumber: number, target: string): string {
  return `${cellNumber} ${target}`;
}

function columns(axes: readonly string[]): ColumnOf<Change>[] {
  return [
    text("task", "subject that is predicted", ({ first }) => first.task),
    text("target", "run that is predicted, or size given in the sweep file", ({ first }) => first.target),
    ...axes.map((name, a): ColumnOf<Change> => {
      return text(name, "value of each design choice", ({ first }) => textOf(first.axes[a]));
    }),
    number("predicted_first", "prediction of the first run", ({ first }) => first.predicted),
    number("predicted_second", "of the second", ({ second }) => second.predicted),
    number("difference", "second - first", difference),
    number("abs_error_first", "absolute error of the first prediction", ({ first }) => first.absError),
    number("abs_error_second", "of the second", ({ second }) => second.absError),
    number("abs_error_change", "second - first", ({ first, second }) => second.absError - first.absError),
    number("paired_mean", "mean of the differences of the replicates", ({ paired }) => paired?.mean),
    number("paired_standard_error", "their standard error", ({ paired }) => paired?.standardError),
    number("paired_lower", "lower end of their 90 % percentile interval", ({ paired }) => paired?.lower),
    number("paired_upper", "upper end", ({ paired }) => paired?.upper),
    count("replicates", "replicates with a value in both", ({ paired }) => paired?.replicates),
  ];
}

function textOf(value: string | number | boolean | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
