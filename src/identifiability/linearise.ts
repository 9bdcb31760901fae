import { type Fit, runOfPoints, type Unknown } from "./fit.ts";
import { lossSlopes } from "./loss-slope.ts";

/** A fit with its residuals and how they move with the parameters, at the solution. */
export interface LinearFit extends Fit {
  /** Run of each point, from 0; -1 for points of no run. */
  run: Int32Array;
  /** Times that each point was drawn: 1 but in replicates. */
  times: Float64Array;
  /** Weight of each point: the problem's, times how often it was drawn. */
  weights: Float64Array;
  /** Points that count, each as often as it was drawn. */
  points: number;
  /** prediction - response, or the difference of their logarithms; one a point. */
  residual: Float64Array;
  /** Derivative of each point's loss, without its weight: the residual, for Huber's loss cut at delta. */
  influence: Float64Array;
  /** points x parameters, row-major: derivative of each residual by each parameter. */
  design: Float64Array;
  /** Expected slope of each point's influence (`lossSlopes`). */
  slopes: Float64Array;
}

/** Linearises a fit at its solution; why there is nothing to linearise where it is no minimum. */
export function linearise(fit: Fit): LinearFit | Unknown {
  const { problem } = fit;
  if (problem.training)
    return { reason: "it was trained for a number of steps: it is no minimum of the least squares" };
  const found = derivatives(fit);
  if ("reason" in found) return found;
  const { residual, weights } = found;
  const slopes = lossSlopes(problem.loss, residual, weights, problem.variables);
  if (!slopes.some((slope, i) => weights[i]! * slope > 0))
    return { reason: "no residual is near 0: the Huber loss has no curvature" };
  return { ...found, slopes };
}

/** Residuals, and how they move with the parameters, at any parameters. */
export function derivatives(fit: Fit): Omit<LinearFit, "slopes"> | Unknown {
  const { problem, parameters, draws } = fit;
  const { form, variables, response, loss } = problem;
  const width = parameters.length;
  const logarithmic = problem.residual === "log";
  const run = runOfPoints(fit);
  const times = Float64Array.from(run, (r) => (r < 0 ? 1 : (draws?.[r] ?? 1)));
  const weights = times.map((count, i) => count * (problem.weights?.[i] ?? 1));
  const residual = new Float64Array(response.length);
  const influence = new Float64Array(response.length);
  const design = new Float64Array(response.length * width);
  const point = new Float64Array(variables.length);
  const gradient = new Float64Array(width);
  let points = 0;
  for (let i = 0; i < response.length; i++) {
    if (!(weights[i]! > 0)) continue;
    points += times[i]!;
    for (let v = 0; v < point.length; v++) point[v] = variables[v]![i]!;
    const value = form.gradient(parameters, point, gradient);
    const r = logarithmic ? Math.log(value) - Math.log(response[i]!) : value - response[i]!;
    // A slope that is not finite leaves no finite sum of them.
    let slopes = 0;
    for (let p = 0; p < width; p++) slopes += gradient[p]!;
    if (!Number.isFinite(r + slopes)) {
      return { reason: `form ${form.name} has no finite residual or slope at point ${i + 1}` };
    }
    residual[i] = r;
    influence[i] = loss.kind === "huber" ? Math.max(-loss.delta, Math.min(loss.delta, r)) : r;
    for (let p = 0; p < width; p++) design[i * width + p] = gradient[p]! / (logarithmic ? value : 1);
  }
  return { ...fit, run, times, weights, points, residual, influence, design };
}

/** Variance of the influences, points taken as independent, over `left` degrees of freedom. */
export function influenceVariance({ influence, weights }: LinearFit, left: number): number {
  return influence.reduce((sum, psi, i) => sum + weights[i]! * psi * psi, 0) / left;
}

/** Mean of the points' expected slopes. */
export function meanSlope({ slopes, weights }: LinearFit): number {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return slopes.reduce((sum, slope, i) => sum + weights[i]! * slope, 0) / all;
}
