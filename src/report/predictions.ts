import { findColumn } from "../tables/table.ts";
import { num, type Row, recordsOf, str } from "./records.ts";
import type { ReportRun } from "./run.ts";

/** A prediction of a headline cell, and its interval where there is one. */
export interface HeadlinePrediction {
  task: string;
  target: string;
  predicted: number;
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
export interface IntervalOf {
  lower: number;
  upper: number;
  /** `90 % percentile`, or empty. */
  kind: string;
  /** Why there is none, where the run says so. */
  reason: string;
}

const NONE: IntervalOf = { lower: Number.NaN, upper: Number.NaN, kind: "", reason: "" };

/** The predictions of the headline cells, in the order of the table, with the first kind of interval. */
export function headlinePredictions(run: ReportRun): HeadlinePrediction[] {
  const cells = new Set(run.headline.map(({ cell }) => cell));
  const own = (name: string): Row[] => {
    const table = run.tables[name];
    const column = table && findColumn(table, "cell");
    return recordsOf(table, (row) => cells.has(column?.values[row] ?? null));
  };
  const intervals = new Map<string, Row>();
  for (const row of own("intervals")) {
    const key = keyOf(row, str(row, "quantity"));
    if (!intervals.has(key)) intervals.set(key, row);
  }
  return own("predictions").map((row) => {
    const predicted = intervals.get(keyOf(row, "predicted"));
    return {
      task: str(row, "task"),
      target: str(row, "target"),
      predicted: num(row, "predicted"),
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

function keyOf(row: Row, quantity: string): string {
  return JSON.stringify([row.cell, row.target, quantity]);
}

function intervalOf(row: Row | undefined): IntervalOf {
  if (row === undefined) return NONE;
  const kind = `${Number((100 * num(row, "level")).toPrecision(4))} % ${str(row, "interval")}`;
  return { lower: num(row, "lower"), upper: num(row, "upper"), kind, reason: str(row, "reason") };
}

function backtestOf(row: Row | undefined): string {
  const rate = num(row, "backtest_rate");
  return Number.isNaN(rate) ? "" : `${Math.round(100 * rate)} % of ${num(row, "backtest_count")}`;
}
