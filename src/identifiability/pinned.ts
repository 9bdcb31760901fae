import { Matrix, solve } from "ml-matrix";
import { boundsOf } from "../solve/bounds.ts";
import type { Fit } from "./fit.ts";
import { linearise } from "./linearise.ts";

/** Parts in which a prediction is led to where it is to be, and Gauss-Newton steps of each. */
const [PARTS, STEPS] = [4, 4];

/** Damping of each step, relative to the curvature of its parameter: enough for a valley without one. */
const DAMPING = 1e-6;

/** Changes of a parameter, relative to its size, over which a prediction is taken as linear. */
const SMALL = 1e-5;

/**
 * The best fit with a prediction held at another value, led there along the floor of a valley that may be curved: in each part
 * Gauss-Newton steps of the objective with the prediction as a constraint. Where it ends is a candidate: the caller holds
 * its objective and its prediction against what is allowed.
 *
 * @param free parameters that may move
 * @param predict the prediction from the parameters of the fit
 * @param aim value that it is to have
 * @returns undefined where the form or the prediction is not finite on the way
 */
export function pinnedFit(
  fit: Fit,
  free: readonly number[],
  predict: (parameters: Float64Array) => number,
  aim: number,
): Float64Array | undefined {
  const { lower, upper } = boundsOf(fit.problem);
  const base = predict(fit.parameters);
  let there = fit.parameters;
  for (let part = 1; part <= PARTS; part++) {
    const wanted = base + (part / PARTS) * (aim - base);
    for (let step = 0; step < STEPS; step++) {
      const change = constrainedStep({ ...fit, parameters: there }, free, predict, wanted);
      if (change === undefined) return undefined;
      const next = there.slice();
      free.forEach((p, f) => {
        next[p] = Math.min(Math.max(there[p]! + change[f]!, lower[p]!), upper[p]!);
      });
      there = next;
    }
  }
  return there;
}

/** The step to the least of the objective, quadratic about the parameters, among those that give the prediction, linear there. */
function constrainedStep(
  fit: Fit,
  free: readonly number[],
  predict: (parameters: Float64Array) => number,
  wanted: number,
): number[] | undefined {
  const linear = linearise(fit);
  if ("reason" in linear) return undefined;
  const { parameters, design, influence, slopes, weights } = linear;
  const width = parameters.length;
  const size = free.length;
  const slope = free.map((p) => {
    const by = SMALL * Math.max(Math.abs(parameters[p]!), SMALL);
    const at = (value: number): number => predict(parameters.with(p, value));
    return (at(parameters[p]! + by) - at(parameters[p]! - by)) / (2 * by);
  });
  const system = Matrix.zeros(size + 1, size + 1);
  const right = Matrix.zeros(size + 1, 1);
  for (let a = 0; a < size; a++) {
    for (let i = 0; i < influence.length; i++) {
      const own = design[i * width + free[a]!]!;
      right.set(a, 0, right.get(a, 0) - weights[i]! * influence[i]! * own);
      for (let b = 0; b <= a; b++) {
        const both = weights[i]! * slopes[i]! * own * design[i * width + free[b]!]!;
        system.set(a, b, system.get(a, b) + both);
      }
    }
  }
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < a; b++) system.set(b, a, system.get(a, b));
    system.set(a, size, slope[a]!);
    system.set(size, a, slope[a]!);
  }
  // Every parameter in units of its own curvature: the system is then far from singular for any units.
  const units = free.map((_, a) => 1 / Math.sqrt(system.get(a, a) || 1));
  const ofPrediction = 1 / (Math.hypot(...slope.map((own, a) => own * units[a]!)) || 1);
  const scale = [...units, ofPrediction];
  scale.forEach((own, a) => {
    system.mulRow(a, own).mulColumn(a, own);
    right.mulRow(a, own);
  });
  for (let a = 0; a < size; a++) system.set(a, a, system.get(a, a) + DAMPING);
  right.set(size, 0, ofPrediction * (wanted - predict(parameters)));
  if (![...system.to1DArray(), ...right.to1DArray()].every(Number.isFinite)) return undefined;
  const found = solve(system, right, true).to1DArray();
  return units.map((own, a) => own * found[a]!);
}
