import { curvatureRoot } from "./curvature-root.ts";
import { standingAs, standings, type Unknown } from "./fit.ts";
import type { LinearFit } from "./linearise.ts";
import type { Spread } from "./spread.ts";

/** What counts as independent: runs (points of one run are not), or each point. */
export type Unit = "runs" | "points";

/**
 * The sandwich A^-1 B A^-1: A is the expected curvature of the objective (Gauss-Newton, each point times the slope of its influence),
 * B the sum of squares of the units' gradients about their mean, times G/(G-1) (N-1)/(N-K) for G units, N points and K
 * free parameters (Cameron & Miller, 2015: CR1; of points it is HC1, N/(N-K)). Parameters on a bound
 * are held. Points of no run (an anchor) are the same in every sample: they count in A and N only. Degrees of freedom are
 * the fewer of G-1 and N-K.
 *
 * @param released a parameter that counts as free though it is on a bound
 */
export function sandwich(fit: LinearFit, unit: Unit, released?: number): Spread | Unknown {
  const all = standings(fit);
  if (released !== undefined && all[released] === "at-bound") all[released] = "free";
  const columns = standingAs(all, "free");
  if (columns.length === 0) return { reason: "every parameter is fixed or on a bound" };
  const root = curvatureRoot(fit, columns);
  if ("reason" in root) return root;
  const left = fit.points - columns.length;
  if (left <= 0) {
    return { reason: `${fit.points} points for ${columns.length} free parameters leave no residuals` };
  }
  const units = unitsOf(fit, columns, unit);
  const count = units.reduce((sum, { times }) => sum + times, 0);
  if (count < 2) return { reason: `fewer than two ${unit}` };

  const factor = (count / (count - 1)) * ((fit.points - 1) / left);
  const mean = columns.map(
    (_, c) => units.reduce((sum, one) => sum + one.times * one.gradient[c]!, 0) / count,
  );
  const width = fit.parameters.length;
  const parts = new Float64Array(units.length * width);
  units.forEach(({ gradient, times }, u) => {
    const scale = Math.sqrt(factor * times);
    for (let k = 0; k < root.rows; k++) {
      let along = 0;
      for (let c = 0; c < columns.length; c++) along += root.get(k, c) * (gradient[c]! - mean[c]!);
      for (let c = 0; c < columns.length; c++) {
        parts[u * width + columns[c]!]! += scale * along * root.get(k, c);
      }
    }
  });
  const runs = unit === "runs" ? { runs: units.map(({ run }) => fit.runs.runs[run]!) } : {};
  return { parts, width, ...runs, freedom: Math.min(count - 1, left) };
}

/** A unit's part of the objective. */
interface UnitGradient {
  /** Derivative by each column. */
  gradient: Float64Array;
  /** Times that it was drawn. */
  times: number;
  run: number;
}

/** Units that have a point that counts, in the order of the points. */
function unitsOf(
  { problem, parameters, run, times, weights, influence, design }: LinearFit,
  columns: readonly number[],
  unit: Unit,
): UnitGradient[] {
  const width = parameters.length;
  const units = new Map<number, UnitGradient>();
  run.forEach((r, i) => {
    if (r < 0 || !(weights[i]! > 0)) return;
    const key = unit === "runs" ? r : i;
    let one = units.get(key);
    if (one === undefined) {
      one = { gradient: new Float64Array(columns.length), times: times[i]!, run: r };
      units.set(key, one);
    }
    const pull = (problem.weights?.[i] ?? 1) * influence[i]!;
    for (let c = 0; c < columns.length; c++) one.gradient[c]! += pull * design[i * width + columns[c]!]!;
  });
  return [...units.values()];
}
