import { type Interval, type IntervalStatus, intervalStatuses } from "./interval.ts";

/** What a value can be, ends included: a share of right answers 0 to 1, a loss 0 and up. */
export interface ValueRange {
  lower: number;
  upper: number;
}

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
 * Looks at an interval beside its estimate: one that leaves out its own estimate, or that reaches (as its estimate may)
 * beyond what such a value can be, must not stand there as if all were well. Ends are not cut off: a law that predicts
 * impossible values is wrong there, and cut ends would hide it. An infinite end is one that is not known.
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
  const found = new Set<IntervalStatus>();
  if ([lower, upper, estimate].some(isBeyond)) found.add("outside-range");
  if (estimate < lower - slack || estimate > upper + slack) found.add("excludes-estimate");
  if (status !== "ok") found.add(status);
  const all = [...found];
  return {
    status: all[0] ?? "ok",
    reason: all.map((one) => sentence(one, range)).join("; ") || null,
  };
}

function sentence(status: IntervalStatus, { lower, upper }: ValueRange): string {
  if (status !== "outside-range") return intervalStatuses[status];
  const allowed = upper < Number.POSITIVE_INFINITY ? `${lower} to ${upper}` : `${lower} and up`;
  return `${intervalStatuses[status]}: ${allowed}`;
}
