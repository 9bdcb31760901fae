import type { IntervalStatus } from "../intervals/interval.ts";
import { judgeInterval } from "../intervals/judge.ts";
import { rangeOfPredictions } from "../methods/value-range.ts";
import { countOf } from "../tables/format.ts";
import type { ScoredPrediction } from "./score.ts";

/** A row of a result with what is wrong with its numbers. */
interface Judged {
  task: string;
  target: string;
  status: string;
  reason: string | null;
}

/** What is told of rows in a line, by status; their other words are in the tables alone. */
const told: Readonly<Partial<Record<IntervalStatus, string>>> = {
  "outside-range": "beyond what such a value can be",
  "excludes-estimate": "with an interval that leaves out its own estimate",
};

/**
 * Lines on rows of a result table that cannot be taken as they are, each with how many and the first.
 *
 * @param table name of the table, whose columns `status` and `reason` have them all
 */
export function judgementWarnings(table: string, rows: readonly Judged[]): string[] {
  return Object.entries(told).flatMap(([status, what]) => {
    const own = rows.filter((row) => row.status === status);
    const [first] = own;
    if (first === undefined) return [];
    return [
      `${table}: ${own.length} of ${countOf(rows.length, "row")} ${what}, such as ${first.task}, ${first.target}: ${first.reason}`,
    ];
  });
}

/** The same of predictions, which have no intervals: laws and networks may predict a score above 1. */
export function predictionWarnings(predictions: readonly ScoredPrediction[]): string[] {
  const none = { lower: Number.NaN, upper: Number.NaN, status: "ok" } as const;
  const judged = predictions.map(({ cell, target, predicted }): Judged => {
    const { status, reason } = judgeInterval(none, predicted, rangeOfPredictions(cell.configuration));
    return { task: cell.task, target, status, reason: reason && `${predicted.toPrecision(4)}, ${reason}` };
  });
  return judgementWarnings("predictions", judged);
}
