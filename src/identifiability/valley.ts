import { Matrix, solve } from "ml-matrix";
import { boundsOf } from "../solve/bounds.ts";
import { objectiveOf } from "../solve/objective.ts";
import type { Fit } from "./fit.ts";
import { linearise } from "./linearise.ts";

/** How far a valley is followed, as multiples of a step, and Gauss-Newton steps back to its floor at each. */
const REACHES = [1, 4];
const RETURNS = 2;

/** Steps that change every parameter by less than this share of its size (of 1 where it is smaller) lead along no valley. */
const FLAT = 0.2;

/** Damping of a step back, relative to the curvature of its parameter: enough for a valley without one. */
const DAMPING = 1e-6;

/**
 * Parameters along the floor of a valley that may be curved, on both sides of a fit, as far as the objective is allowed to rise:
 * how far along is held, and Gauss-Newton steps lead back to the floor. Empty for a step that changes little.
 *
 * @param free parameters that may move
 * @param step along the valley at the fit
 * @param most objective that is allowed
 */
export function valleyEnds(
  fit: Fit,
  free: readonly number[],
  step: Float64Array,
  most: number,
): Float64Array[] {
  const { problem, parameters } = fit;
  const sizes = free.map((p) => Math.max(Math.abs(parameters[p]!), 1));
  if (!free.some((p, f) => Math.abs(step[p]!) > FLAT * sizes[f]!)) return [];
  const { lower, upper } = boundsOf(problem);
  // Along the step, every parameter in units of its size.
  const along = free.map((p, f) => step[p]! / sizes[f]! ** 2);
  const length = free.reduce((sum, p, f) => sum + along[f]! * step[p]!, 0);
  const move = (from: Float64Array, by: readonly number[]): Float64Array => {
    const next = from.slice();
    free.forEach((p, f) => {
      next[p] = Math.min(Math.max(from[p]! + by[f]!, lower[p]!), upper[p]!);
    });
    return next;
  };
  return [1, -1].flatMap((sign) => {
    const ends: Float64Array[] = [];
    let there = parameters;
    let before = 0;
    for (const reach of REACHES) {
      const forward = free.map((p) => sign * (reach - before) * step[p]!);
      let next = move(there, forward);
      for (let r = 0; r < RETURNS; r++) {
        const missing =
          sign * reach * length -
          free.reduce((sum, p, f) => sum + along[f]! * (next[p]! - parameters[p]!), 0);
        const back = stepBack({ ...fit, parameters: next }, free, along, missing);
        if (back === undefined) return ends;
        next = move(next, back);
      }
      if (!(objectiveOf(problem, next) <= most)) return ends;
      ends.push(next);
      there = next;
      before = reach;
    }
    return ends;
  });
}

/** The step to the least of the objective, quadratic about the parameters, among those that go so far along. */
function stepBack(
  fit: Fit,
  free: readonly number[],
  along: readonly number[],
  missing: number,
): number[] | undefined {
  const linear = linearise(fit);
  if ("reason" in linear) return undefined;
  const { parameters, design, influence, slopes, weights } = linear;
  const width = parameters.length;
  const size = free.length;
  const system = Matrix.zeros(size + 1, size + 1);
  const right = Matrix.zeros(size + 1, 1);
  for (let a = 0; a < size; a++) {
    let pull = 0;
    for (let i = 0; i < influence.length; i++)
      pull += weights[i]! * influence[i]! * design[i * width + free[a]!]!;
    right.set(a, 0, -pull);
    for (let b = 0; b <= a; b++) {
      let curvature = 0;
      for (let i = 0; i < influence.length; i++) {
        curvature += weights[i]! * slopes[i]! * design[i * width + free[a]!]! * design[i * width + free[b]!]!;
      }
      system.set(a, b, curvature);
      system.set(b, a, curvature);
    }
  }
  // Every parameter in units of its own curvature: the system is then far from singular in any units.
  const units = free.map((_, a) => 1 / Math.sqrt(system.get(a, a) || 1));
  const ofConstraint = 1 / Math.hypot(...along.map((own, a) => own * units[a]!));
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) system.set(a, b, system.get(a, b) * units[a]! * units[b]!);
    system.set(a, a, system.get(a, a) + DAMPING);
    const own = along[a]! * units[a]! * ofConstraint;
    system.set(a, size, own);
    system.set(size, a, own);
    right.set(a, 0, right.get(a, 0) * units[a]!);
  }
  right.set(size, 0, ofConstraint * missing);
  if (![...system.to1DArray(), ...right.to1DArray()].every(Number.isFinite)) return undefined;
  const found = solve(system, right).to1DArray();
  return units.map((own, a) => own * found[a]!);
}
