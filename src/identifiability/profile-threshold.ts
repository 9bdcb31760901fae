import type { Matrix } from "ml-matrix";
import { studentQuantile } from "../intervals/distributions/student-t.ts";
import { tailsOf } from "../intervals/tails.ts";
import { curvatureRoot } from "./curvature-root.ts";
import { standingAs, standings, type Unknown } from "./fit.ts";
import { influenceVariance, type LinearFit, meanSlope } from "./linearise.ts";
import { sandwich } from "./sandwich.ts";
import { covariance, type Spread } from "./spread.ts";

/** The rise of the objective, the other parameters solved anew, at which a profile's interval ends. */
export interface Threshold {
  rise: number;
  /** What it takes as independent. */
  kind: "points" | "runs";
  /** Distance at which it would be reached if the objective were a parabola; undefined where the points do not say. */
  reach?: number;
}

/**
 * The rise of each parameter's profile, in the order of the parameters.
 *
 * `points`: half the residual variance times t^2, the F quantile with 1 and N-K degrees of freedom (Bates & Watts, 1988,
 * chapter 6). For the squared loss where every run is one point, and where the sandwich of runs is not known. `runs`: half
 * t^2 times the parameter's variance by the sandwich of runs over its inverse curvature, so that a parabola's interval is
 * the estimate and t of its standard errors by runs (an adjusted quasi-likelihood; Chandler & Bate, 2007). Huber's loss has
 * no residual variance: where the sandwich of runs is not known, that of points stands for it, else the variance of the
 * influences over their mean slope.
 *
 * @param level of the interval, such as 0.9
 */
export function profileThresholds(fit: LinearFit, level: number): (Threshold | Unknown)[] {
  const all = standings(fit);
  const free = standingAs(all, "free");
  const left = fit.points - free.length;
  const { high } = tailsOf(level);
  const square = (freedom: number): number => studentQuantile(high, freedom) ** 2;
  const onePointEach = fit.runs.runLengths.every((length) => length <= 1);
  const common = judge(fit, free);
  return all.map((standing, p) => {
    if (standing === "fixed") return { reason: "its bounds are equal" };
    if (left <= 0) {
      return { reason: `${fit.points} points for ${free.length} free parameters leave no residuals` };
    }
    const byPoints: Threshold = {
      kind: "points",
      rise: (square(left) * influenceVariance(fit, left)) / meanSlope(fit) / 2,
    };
    const { columns, root, byRuns } = standing === "free" ? common : judge(fit, free, p);
    if ("reason" in root) return byPoints;
    const inverse = root.getColumnVector(columns.indexOf(p)).norm() ** 2;
    const reaching = (rise: number, kind: Threshold["kind"]): Threshold => {
      return { kind, rise, reach: Math.sqrt(2 * rise * inverse) };
    };
    const bySpread = (spread: Spread, kind: Threshold["kind"]): Threshold =>
      reaching((square(spread.freedom) * covariance(spread, p, p)) / inverse / 2, kind);
    const isSquared = fit.problem.loss.kind === "squared";
    if (!("reason" in byRuns || (isSquared && onePointEach))) return bySpread(byRuns, "runs");
    const each = isSquared ? undefined : sandwich(fit, "points", standing === "free" ? undefined : p);
    if (each === undefined || "reason" in each) return reaching(byPoints.rise, "points");
    return bySpread(each, "points");
  });
}

/** Curvature and sandwich of the free parameters, and of one more that a bound holds. */
function judge(fit: LinearFit, free: readonly number[], released?: number) {
  const columns = released === undefined ? free : [...free, released];
  const root: Matrix | Unknown =
    columns.length > 0 ? curvatureRoot(fit, columns) : { reason: "no parameter is free" };
  return { columns, root, byRuns: sandwich(fit, "runs", released) };
}
