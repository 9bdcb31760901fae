import { countOf, formatNumber } from "../text.ts";

/** What became of an interval: `intervalStatuses` has a sentence for each. */
export type IntervalStatus =
  | "ok"
  | "no-spread"
  | "few-draws"
  | "few-errors"
  | "outside-range"
  | "excludes-estimate"
  | "not-expanded"
  | "missing-input"
  | "no-estimate"
  | "no-draws"
  | "no-standard-error"
  | "no-freedom"
  | "infinite-bias"
  | "no-acceleration"
  | "acceleration-too-large";

/** What each status means and what to do. Up to `not-expanded` there is an interval; after it there is none. */
export const intervalStatuses: Readonly<Record<IntervalStatus, string>> = {
  ok: "both end points are known",
  "no-spread":
    "all draws are the same, or the standard error is 0: the width of 0 says that nothing was resampled",
  "few-draws": "an end point is at the edge of the draws; take more replicates or a lower level",
  "few-errors": "too few past errors for this level; an end point is infinite",
  "outside-range": "an end, or the estimate itself, is beyond what such a value can be",
  "excludes-estimate":
    "the interval leaves out its own estimate: the replicates lie to one side of it; neither may be taken alone",
  "not-expanded":
    "no more runs than free parameters: the ends are the quantiles of the draws as they are, which is too narrow where few runs say how large the noise is",
  "missing-input": "the method needs something that was not given",
  "no-estimate": "the estimate is not a finite number",
  "no-draws": "fewer than two replicates have a value",
  "no-standard-error":
    "a standard error is missing, negative or not finite, or its degrees of freedom are not above 0",
  "no-freedom": "no more runs than free parameters: the size of the noise cannot be estimated",
  "infinite-bias":
    "all draws lie on one side of the estimate: the bias correction is infinite; it may be no optimum, or a bound holds it",
  "no-acceleration":
    "a leave-one-run-out estimate is missing, there are fewer than three, or all are the same; take another method",
  "acceleration-too-large":
    "one run moves the estimate so much that the corrected levels are undefined; take another method or a lower level",
};

/** A lower and an upper end; NaN where there is none. */
export interface Ends {
  lower: number;
  upper: number;
}

/** An interval of one statistic. Its ends are NaN where the status says that there is none. */
export interface Interval extends Ends {
  /**
   * Monte Carlo standard errors of the end points: what another set of as many replicates would change. Infinite at
   * the edge of the draws, NaN for methods without draws.
   */
  lowerError: number;
  upperError: number;
  /** Replicates used; for `conformal` past errors. */
  draws: number;
  /** Replicates (past errors) left out because they have no value. */
  dropped: number;
  status: IntervalStatus;
}

/** No interval, and why. */
export function noInterval(status: IntervalStatus, draws = 0, dropped = 0): Interval {
  const nothing = Number.NaN;
  return { lower: nothing, upper: nothing, lowerError: nothing, upperError: nothing, draws, dropped, status };
}

/** Levels of the end points of a central interval: it leaves out as much on either side. */
export interface Tails {
  low: number;
  high: number;
}

/** @throws RangeError for a level, what an interval is to cover such as 0.9, that is not between 0 and 1 */
export function checkLevel(level: number): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`level ${level}; allowed: above 0 and below 1`);
}

/**
 * The tails of a central interval.
 *
 * @throws RangeError for a level that is not between 0 and 1
 */
export function tailsOf(level: number): Tails {
  checkLevel(level);
  return { low: (1 - level) / 2, high: (1 + level) / 2 };
}

/** What a value can be, ends included: a share of right answers 0 to 1, a loss 0 and up. */
export type ValueRange = Ends;

/** Of differences, and of scores whose range is not known. */
export const anyValue: ValueRange = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };

/** A word for what is wrong, `ok` where nothing is, and the sentences. */
export interface Judgement {
  status: IntervalStatus;
  reason: string | null;
}

/** Differences below this, relative to the ends, are rounding. */
const rounding = 1e-9;

/**
 * Checks an interval against its estimate. An interval that leaves out its own estimate, or that reaches (as its estimate may)
 * beyond what such a value can be, must not be reported as sound. An infinite end is one that is not known.
 *
 * @param interval NaN ends where there is none
 */
export function judgeInterval(
  { lower, upper, status }: Pick<Interval, "lower" | "upper" | "status">,
  estimate: number,
  range: ValueRange,
): Judgement {
  const slack = rounding * Math.max(...[lower, upper, estimate].filter(Number.isFinite).map(Math.abs), 0);
  const isBeyond = (value: number): boolean =>
    Number.isFinite(value) && (value < range.lower - slack || value > range.upper + slack);
  const statuses = new Set<IntervalStatus>();
  if ([lower, upper, estimate].some(isBeyond)) statuses.add("outside-range");
  if (estimate < lower - slack || estimate > upper + slack) statuses.add("excludes-estimate");
  if (status !== "ok") statuses.add(status);
  const all = [...statuses];
  return {
    status: all[0] ?? "ok",
    reason: all.map((problem) => sentence(problem, range)).join("; ") || null,
  };
}

/**
 * An interval with its ends cut off at the range, which no true value is beyond, and the judgement of what it was: the reason has the ends
 * that were cut. Where the estimate itself is beyond, nothing is cut: the law is wrong there, and an end at the range would hide it. Nor is an
 * infinite end, which is one that is not known.
 */
export function keptInRange(
  interval: Interval,
  estimate: number,
  range: ValueRange,
): { limits: Interval } & Judgement {
  const judged = judgeInterval(interval, estimate, range);
  const { lower, upper } = interval;
  const isBeyond = lower < range.lower || upper > range.upper;
  if (!isBeyond || !(estimate >= range.lower && estimate <= range.upper))
    return { limits: interval, ...judged };
  const kept = (end: number): number =>
    Number.isFinite(end) ? Math.min(Math.max(end, range.lower), range.upper) : end;
  const limits = { ...interval, lower: kept(lower), upper: kept(upper) };
  if (judged.status !== "outside-range") return { limits, ...judged };
  const cut = [lower, upper].filter((end) => kept(end) !== end).map((end) => formatNumber(end, 4));
  return { limits, ...judged, reason: `${judged.reason} (cut off from ${cut.join(" and ")})` };
}

function sentence(status: IntervalStatus, { lower, upper }: ValueRange): string {
  if (status !== "outside-range") return intervalStatuses[status];
  const allowed = upper < Number.POSITIVE_INFINITY ? `${lower} to ${upper}` : `${lower} and up`;
  return `${intervalStatuses[status]}: ${allowed}`;
}

/** A row of a result table with the judgement of its numbers. */
export interface JudgedRow {
  task: string;
  target: string;
  status: string;
  reason: string | null;
}

/** The descriptions of rows in the warnings, by status. Rows of other statuses appear in the tables only. */
const told: Readonly<Partial<Record<IntervalStatus, string>>> = {
  "outside-range": "beyond what such a value can be",
  "excludes-estimate": "with an interval that leaves out its own estimate",
};

/**
 * Warnings about rows of a result table whose numbers are implausible. Each states how many rows there are and names the first.
 *
 * @param table name of the table, whose columns `status` and `reason` describe all of these rows
 */
export function judgementWarnings(table: string, rows: readonly JudgedRow[]): string[] {
  return Object.entries(told).flatMap(([status, what]) => {
    const ofStatus = rows.filter((row) => row.status === status);
    const [first] = ofStatus;
    if (first === undefined) return [];
    return [
      `${table}: ${ofStatus.length} of ${countOf(rows.length, "row")} ${what}, such as ${first.task}, ${first.target}: ${first.reason}`,
    ];
  });
}
