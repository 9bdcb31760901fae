import { groupBy } from "../collections.ts";
import { findColumn } from "../tables/table.ts";
import { percent } from "../text.ts";
import { type LoadedJob, pairOf } from "./job.ts";
import { num, type Row, recordsOf, str } from "./records.ts";
import { flopsOf, sizesOf } from "./sizes.ts";

/** A prediction of a headline cell, and its interval where there is one. */
export interface HeadlinePrediction {
  cell: number;
  task: string;
  /** What tells it from the others of its target: the task, and of relations the pair. */
  label: string;
  /** The same beside the target's name, which tells what is predicted of the pair. */
  shortLabel: string;
  target: string;
  predicted: number;
  /** Whether the data determine it: `yes`, or what leaves it open, such as `flat`. */
  determined: string;
  actual: number;
  relError: number;
  featurePredicted: number;
  featureActual: number;
  linkPredicted: number;
  interval: IntervalOf;
  featureInterval: IntervalOf;
  /** How often such intervals held in back-tests: `72 % of 152`; empty without. */
  backtest: string;
}

/** Ends of an interval, NaN where there is none, and what kind it is. */
interface IntervalOf {
  lower: number;
  upper: number;
  /** `90 % percentile`, or empty. */
  kind: string;
  /** Why there is none, where the run says so. */
  reason: string;
  /** A word for what is wrong with it, or `ok`. */
  status: string;
}

/** The task, and what a prediction is from where that is not the target's own. */
function shortLabelOf({ pairs }: LoadedJob, row: Row, isOneTask: boolean): string {
  const task = str(row, "task");
  if (pairs === undefined) return task;
  const [from, to] = pairs.between.map((axis) => str(row, axis));
  if (from === to) return isOneTask ? from! : task;
  return isOneTask ? `from ${from}` : `${task}, from ${from}`;
}

/** Predictions that are shown one by one; of relations there may be thousands. */
export const MOST_SHOWN = 60;

const SAME_BUDGET = 0.01;

const NONE: IntervalOf = { lower: Number.NaN, upper: Number.NaN, kind: "", reason: "", status: "ok" };

/** The predictions of the headline cells, in the order of the table, with the first kind of interval. */
export function headlinePredictions(job: LoadedJob): HeadlinePrediction[] {
  return predictionsOf(job, job.headline);
}

/** The predictions of some cells, likewise. */
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
      // Runs of before have no such column.
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
 * The predictions that a report opens with, those with a value. Relations have many targets for each pair: of
 * each cell the largest target.
 */
export function openingPredictions(job: LoadedJob): HeadlinePrediction[] {
  const finite = headlinePredictions(job).filter(({ predicted }) => Number.isFinite(predicted));
  return job.pairs ? largestTargets(job, finite) : finite;
}

/** Of each cell the prediction of the target of most FLOPs; of several the one that most cells predict, and of these that of least loss. */
export function largestTargets(
  job: LoadedJob,
  predictions: readonly HeadlinePrediction[],
): HeadlinePrediction[] {
  const sizes = sizesOf(job);
  const often = groupBy(predictions, ({ target }) => target);
  const before = (a: HeadlinePrediction, b: HeadlinePrediction) => {
    const [ca, cb] = [flopsOf(sizes, a.target), flopsOf(sizes, b.target)];
    // Runs of one budget differ in their last digits.
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

/** The predictions with the smallest and the largest relative error; undefined of fewer than two with a known one. */
export function extremes(predictions: readonly HeadlinePrediction[]): {
  best: HeadlinePrediction | undefined;
  worst: HeadlinePrediction | undefined;
} {
  const rows = predictions
    .filter(({ relError }) => Number.isFinite(relError))
    .toSorted((a, b) => Math.abs(a.relError) - Math.abs(b.relError));
  return rows.length < 2 ? { best: undefined, worst: undefined } : { best: rows[0], worst: rows.at(-1) };
}

/** How many measured values lie in their intervals; nothing without intervals and measured values. */
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
