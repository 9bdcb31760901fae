import type { Matrix } from "ml-matrix";
import { studentQuantile } from "../intervals/distributions/student-t.ts";
import { tailsOf } from "../intervals/tails.ts";
import { curvatureRoot } from "./curvature-root.ts";
import { standingAs, standings, type Unknown } from "./fit.ts";
import { influenceVariance, type LinearFit } from "./linearise.ts";
import { sandwich } from "./sandwich.ts";
import { covariance } from "./spread.ts";

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
 * chapter 6). For the squared loss where every run is one point; and where the sandwich is not known, with Huber's loss
 * the variance of the influences over their slope. `runs`: half t^2 times the parameter's variance by the sandwich of
 * runs over its inverse curvature, so that a parabola's interval is the estimate and t of its standard errors by runs (an
 * adjusted quasi-likelihood; Chandler & Bate, 2007).
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
      rise: (square(left) * influenceVariance(fit, left)) / fit.slope / 2,
    };
    const { columns, root, byRuns } = standing === "free" ? common : judge(fit, free, p);
    if ("reason" in root) return byPoints;
    const inverse = root.getColumnVector(columns.indexOf(p)).norm() ** 2 / fit.slope;
    if ("reason" in byRuns || (fit.problem.loss.kind === "squared" && onePointEach)) {
      return { ...byPoints, reach: Math.sqrt(2 * byPoints.rise * inverse) };
    }
    const rise = (square(byRuns.freedom) * covariance(byRuns, p, p)) / inverse / 2;
    return { kind: "runs", rise, reach: Math.sqrt(2 * rise * inverse) };
  });
}

/** Curvature and sandwich of the free parameters, and of one more that a bound holds. */
function judge(fit: LinearFit, free: readonly number[], released?: number) {
  const columns = released === undefined ? free : [...free, released];
  const root: Matrix | Unknown =
    columns.length > 0 ? curvatureRoot(fit, columns) : { reason: "no parameter is free" };
  return { columns, root, byRuns: sandwich(fit, "runs", released) };
}
