import { groupBy } from "../collections.ts";
import { findColumn } from "../tables/table.ts";
import { percent } from "../text.ts";
import { type LoadedJob, pairOf } from "./job.ts";
import { num, type Row, recordsOf, str } from "./records.ts";
import { flopsOf, sizesOf } from "./sizes.ts";

/** A prediction of a headline cell, with its interval if it has one. */
export interface HeadlinePrediction {
  cell: number;
  task: string;
  /** A label that tells the predictions of one target apart: the task, and in a method of relations the pair. */
  label: string;
  /** A shorter label for use beside the target's name, which already tells what is predicted. */
  shortLabel: string;
  target: string;
  predicted: number;
  /** Whether the data determine the prediction: `yes`, or the reason why not, such as `flat`. */
  determined: string;
  actual: number;
  relError: number;
  featurePredicted: number;
  featureActual: number;
  linkPredicted: number;
  interval: IntervalOf;
  featureInterval: IntervalOf;
  /** The share of such intervals that held in back-tests: `72 % of 152`; empty without back-tests. */
  backtest: string;
}

/** The ends of an interval, which are NaN where there is none, and its kind. */
interface IntervalOf {
  lower: number;
  upper: number;
  /** Level and kind, such as `90 % percentile`; empty without an interval. */
  kind: string;
  /** The reason for a missing interval, if the table gives one. */
  reason: string;
  /** `ok`, or a word for the interval's defect. */
  status: string;
}

/** The task, and the source of a prediction where it is not the target's own corpus. */
function shortLabelOf({ pairs }: LoadedJob, row: Row, isOneTask: boolean): string {
  const task = str(row, "task");
  if (pairs === undefined) return task;
  const [from, to] = pairs.between.map((axis) => str(row, axis));
  if (from === to) return isOneTask ? from! : task;
  return isOneTask ? `from ${from}` : `${task}, from ${from}`;
}

/** Most predictions that are shown one by one; a method of relations may have thousands. */
export const MOST_SHOWN = 60;

const SAME_BUDGET = 0.01;

const NONE: IntervalOf = { lower: Number.NaN, upper: Number.NaN, kind: "", reason: "", status: "ok" };

/** The predictions of the headline cells in the order of the table, each with its first kind of interval. */
export function headlinePredictions(job: LoadedJob): HeadlinePrediction[] {
  return predictionsOf(job, job.headline);
}

/** The predictions of the given cells, in the same form. */
export function predictionsOf(job: LoadedJob, those: readonly Row[]): HeadlinePrediction[] {
  const cells = new Set(those.map(({ cell }) => cell));
  const isOneTask = new Set(those.map(({ task }) => task)).size === 1;
  const ofCells = (name: string): Row[] => {
    const table = job.tables[name];
    const column = table && findColumn(table, "cell");
    return recordsOf(table, (row) => cells.has(column?.values[row] ?? null));
  };
  const intervals = new Map<string, Row>();
  for (const row of ofCells("intervals")) {
    const key = keyOf(row, str(row, "quantity"));
    if (!intervals.has(key)) intervals.set(key, row);
  }
  return ofCells("predictions").map((row) => {
    const predicted = intervals.get(keyOf(row, "predicted"));
    const [task, pair] = [str(row, "task"), pairOf(job, row)];
    return {
      cell: num(row, "cell"),
      task,
      shortLabel: shortLabelOf(job, row, isOneTask),
      label: pair === "" ? task : isOneTask ? pair : `${task}, ${pair}`,
      target: str(row, "target"),
      predicted: num(row, "predicted"),
      // Results of earlier versions lack this column.
      determined: str(row, "determined") || "yes",
      actual: num(row, "actual"),
      relError: num(row, "rel_error"),
      featurePredicted: num(row, "feature_predicted"),
      featureActual: num(row, "feature_actual"),
      linkPredicted: num(row, "link_predicted"),
      interval: intervalOf(predicted),
      featureInterval: intervalOf(intervals.get(keyOf(row, "feature"))),
      backtest: backtestOf(predicted),
    };
  });
}

/**
 * The predictions with a value that a report opens with. A method of relations has many targets for each pair; there the
 * largest target of each cell is taken.
 */
export function openingPredictions(job: LoadedJob): HeadlinePrediction[] {
  const finite = headlinePredictions(job).filter(({ predicted }) => Number.isFinite(predicted));
  return job.pairs ? largestTargets(job, finite) : finite;
}

/** The prediction of each cell for its target with the most FLOPs; ties go to the target that most cells predict, then to the least loss. */
export function largestTargets(
  job: LoadedJob,
  predictions: readonly HeadlinePrediction[],
): HeadlinePrediction[] {
  const sizes = sizesOf(job);
  const often = groupBy(predictions, ({ target }) => target);
  const before = (a: HeadlinePrediction, b: HeadlinePrediction) => {
    const [ca, cb] = [flopsOf(sizes, a.target), flopsOf(sizes, b.target)];
    // The FLOPs of runs with the same budget differ in their last digits.
    if (Math.abs(ca - cb) > SAME_BUDGET * Math.max(ca, cb)) return ca > cb;
    const [na, nb] = [often.get(a.target)!.length, often.get(b.target)!.length];
    return na === nb ? a.actual < b.actual : na > nb;
  };
  return [...groupBy(predictions, ({ cell }) => cell).values()].map((ofCell) =>
    ofCell.reduce((best, next) => (before(next, best) ? next : best)),
  );
}

function keyOf(row: Row, quantity: string): string {
  return JSON.stringify([row.cell, row.target, quantity]);
}

function intervalOf(row: Row | undefined): IntervalOf {
  if (row === undefined) return NONE;
  const kind = `${percent(num(row, "level"), 4)} ${str(row, "interval")}`;
  const [reason, status] = [str(row, "reason"), str(row, "status")];
  return { lower: num(row, "lower"), upper: num(row, "upper"), kind, reason, status };
}

function backtestOf(row: Row | undefined): string {
  const rate = num(row, "backtest_rate");
  return Number.isNaN(rate) ? "" : `${Math.round(100 * rate)} % of ${num(row, "backtest_count")}`;
}

/** The predictions with the smallest and the largest relative error; undefined where fewer than two errors are known. */
export function extremes(predictions: readonly HeadlinePrediction[]): {
  best: HeadlinePrediction | undefined;
  worst: HeadlinePrediction | undefined;
} {
  const rows = predictions
    .filter(({ relError }) => Number.isFinite(relError))
    .toSorted((a, b) => Math.abs(a.relError) - Math.abs(b.relError));
  return rows.length < 2 ? { best: undefined, worst: undefined } : { best: rows[0], worst: rows.at(-1) };
}

/** A sentence on how many measured values lie in their intervals; empty without intervals or measured values. */
export function heldLine(predictions: readonly HeadlinePrediction[]): string[] {
  const held = predictions.filter(
    ({ interval, actual }) => Number.isFinite(interval.lower + interval.upper) && Number.isFinite(actual),
  );
  if (held.length === 0) return [];
  const hits = held.filter(({ interval, actual }) => actual >= interval.lower && actual <= interval.upper);
  return [
    `${hits.length} of ${held.length} measured values lie in their intervals (${held[0]!.interval.kind}).`,
  ];
}
