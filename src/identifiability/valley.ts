import { isAbsolute } from "../solve/loss.ts";
import { withLostTerms } from "../solve/lost-terms.ts";
import { objectiveOf, objectiveOfResiduals } from "../solve/objective.ts";
import { priorResiduals } from "../solve/priors.ts";
import { boundsOf } from "../solve/problem.ts";
import { innerProducts, sumOf } from "./columns.ts";
import type { Fit } from "./fit.ts";
import { solveSquare } from "./linear-system.ts";
import { derivativesAt, roomForDerivatives } from "./linearise.ts";

/** Most steps back to the floor of a valley after each step along it. */
const MOST_RETURNS = 10;

/** Damping of a step back, relative to the curvature of its parameters: the first that lowers the objective. */
const DAMPINGS = [1e-6, 1e-3, 1e-1];

/** A step may fall by so many times as much as the one before. */
const HOPE = 30;

/** Steps that change every parameter by less than this share of its size (of 1 where it is smaller) lead along no valley. */
const FLAT = 0.2;

/** Share of the allowed rise up to which the objective is on the floor: no step back to it is worth its price. */
const ON_FLOOR = 0.01;

/** How far a step goes: the first, as a share of some parameter's size, and how much farther each one after it. */
const GROWTH = 1.6;
const MOST_STEPS = 10;

/** Farther than this many steps that noise allows where nothing bends a valley is not followed. */
const BEYOND_NOISE = 4;

/** The valleys in which a fit may lie. */
export interface Valleys {
  /**
   * Parameters along the floor of a valley that may be curved, on both sides of the fit, as far as the objective is allowed to rise:
   * how far along is held, and steps of Levenberg and Marquardt lead back to the floor. Empty for a step that changes little.
   *
   * @param step along the valley at the fit
   */
  ends(step: Float64Array): Float64Array[];
  /**
   * Fits as good, within what the objective is allowed, in which a term that the fit lost, or made an offset or steeper than laws
   * are, is there again: where its input hardly varies an offset stands for it.
   */
  regained(): Float64Array[];
}

/**
 * @param free parameters that may move
 * @param most objective that is allowed
 */
export function valleysOf(fit: Fit, free: readonly number[], most: number): Valleys {
  const { parameters } = fit;
  const sizes = free.map((p) => Math.max(Math.abs(parameters[p]!), 1));
  const toFloor = descent(fit, free, most);
  return {
    ends(step) {
      const largest = Math.max(...free.map((p, f) => Math.abs(step[p]!) / sizes[f]!));
      if (!(largest > FLAT)) return [];
      // Along the step, every parameter in units of its size.
      const along = free.map((p, f) => step[p]! / sizes[f]! ** 2);
      const length = free.reduce((sum, p, f) => sum + along[f]! * step[p]!, 0);
      const farAlong = (there: Float64Array): number =>
        free.reduce((sum, p, f) => sum + along[f]! * (there[p]! - parameters[p]!), 0) / length;
      return [1, -1].flatMap((sign) => {
        const ends: Float64Array[] = [];
        let [before, there] = [parameters, parameters];
        let reach = FLAT / largest;
        for (let k = 0; k < MOST_STEPS && reach <= BEYOND_NOISE; k++, reach *= GROWTH) {
          // On along the way that the last step took; the first goes straight.
          const gone = farAlong(there) - farAlong(before);
          const wanted = sign * reach - farAlong(there);
          const forward = free.map((p) => {
            return gone * sign > 0 ? (wanted / gone) * (there[p]! - before[p]!) : wanted * step[p]!;
          });
          const end = toFloor(moved(fit, free, there, forward), {
            along,
            missing: (from) => (sign * reach - farAlong(from)) * length,
          });
          if (end === undefined) return ends;
          ends.push(end);
          before = there;
          there = end;
        }
        return ends;
      });
    },
    regained() {
      return withLostTerms(fit.problem, parameters).flatMap(({ parameters: from, level }) => {
        const along = free.map((p) => Number(p === level));
        if (!along.includes(1)) return [];
        return toFloor(from, { along, missing: () => 0 }) ?? [];
      });
    },
  };
}

/** What is held while the objective falls: a sum of parameters, and how much of it is missing. */
interface Held {
  along: readonly number[];
  missing(from: Float64Array): number;
}

/**
 * A function that lowers the objective from some parameters to what is allowed, with a sum of parameters held; it gives undefined
 * where that does not succeed.
 */
function descent(fit: Fit, free: readonly number[], most: number) {
  const { problem } = fit;
  const parabolaAt = parabolas(fit, free);
  const least = objectiveOf(problem, fit.parameters);
  const floor = least + ON_FLOOR * (most - least);
  return (from: Float64Array, { along, missing }: Held): Float64Array | undefined => {
    if (objectiveOf(problem, from, floor) <= floor) return from;
    let there = from;
    let objective = Number.NaN;
    for (let step = 0; step < MOST_RETURNS; step++) {
      if (objective <= most) return there;
      const parabola = parabolaAt(there);
      if (parabola === undefined) return undefined;
      if (step === 0) objective = parabola.objective;
      let fallen = 0;
      for (const damping of DAMPINGS) {
        const back = stepBack(parabola, along, missing(there), damping);
        if (back === undefined) return undefined;
        const next = moved(fit, free, there, back);
        const lower = objectiveOf(problem, next, objective);
        if (lower < objective) {
          fallen = objective - lower;
          [there, objective] = [next, lower];
          break;
        }
      }
      if (fallen === 0) break;
      // Steps fall by ever less: where the last one's fall is too little for the rest of the way, the floor is too high.
      if (objective - most > HOPE * fallen * (MOST_RETURNS - 1 - step)) return undefined;
    }
    return objective <= most ? there : undefined;
  };
}

/** Parameters moved, within their bounds. */
function moved(
  { problem }: Fit,
  free: readonly number[],
  from: Float64Array,
  by: ArrayLike<number>,
): Float64Array {
  const { lower, upper } = boundsOf(problem);
  const next = from.slice();
  for (let f = 0; f < free.length; f++) {
    const p = free[f]!;
    next[p] = Math.min(Math.max(from[p]! + by[f]!, lower[p]!), upper[p]!);
  }
  return next;
}

/** Residuals of an absolute loss smaller than this share of their mean weigh as if they were as large. */
const leastSize = 0.01;

/** The objective as a parabola about some parameters. */
interface Parabola {
  /** The objective there. */
  objective: number;
  /** Derivative by each free parameter. */
  pulls: Float64Array;
  /** Square, row-major. */
  curvature: Float64Array;
}

/** A function that gives the parabola about any parameters; undefined where the form is not finite. The next call overwrites it. */
function parabolas(
  { problem, parameters }: Fit,
  free: readonly number[],
): (at: Float64Array) => Parabola | undefined {
  const size = free.length;
  const points = problem.response.length;
  const weights = problem.weights ?? new Float64Array(points).fill(1);
  const local = roomForDerivatives(problem);
  const { residual, influence, design } = local;
  const columns = free.map((p) => design.subarray(p * points, (p + 1) * points));
  const parabola = { objective: 0, pulls: new Float64Array(size), curvature: new Float64Array(size * size) };
  const { pulls, curvature } = parabola;
  const [pulled, sloped, ofSlope] = [0, 0, 0].map(() => new Float64Array(points)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  // Of an absolute loss points that are fitted exactly would hold the fit where it is.
  const least = isAbsolute(problem.loss)
    ? (leastSize * objectiveOf(problem, parameters)) / weights.reduce((sum, weight) => sum + weight, 0)
    : 0;
  return (at) => {
    if (derivativesAt(problem, at, weights, local) !== undefined) return undefined;
    parabola.objective = objectiveOfResiduals(problem, at, residual);
    for (let i = 0; i < points; i++) {
      const r = residual[i]!;
      pulled[i] = weights[i]! * influence[i]!;
      // Far from the minimum the slope that a Huber loss is expected to have says nothing: each point weighs as its own residual says.
      const size = Math.max(Math.abs(r), least);
      sloped[i] = weights[i]! * (size === 0 ? 1 : r === 0 ? 1 / size : Math.abs(influence[i]!) / size);
    }
    innerProducts(pulled, columns, size, pulls, 0);
    for (let a = 0; a < size; a++) {
      const column = columns[a]!;
      for (let i = 0; i < points; i++) ofSlope[i] = sloped[i]! * column[i]!;
      innerProducts(ofSlope, columns, a + 1, curvature, a * size);
      for (let b = 0; b < a; b++) curvature[b * size + a] = curvature[a * size + b]!;
    }
    for (const { parameter, residual, slope } of priorResiduals(problem, at)) {
      const a = free.indexOf(parameter);
      if (a < 0) continue;
      pulls[a]! += residual * slope;
      curvature[a * size + a]! += slope * slope;
    }
    return parabola;
  };
}

/** The step to the least of a parabola among those that go so far along; undefined where it is not finite. */
function stepBack(
  { pulls, curvature }: Parabola,
  along: readonly number[],
  missing: number,
  damping: number,
): Float64Array | undefined {
  const size = pulls.length;
  const width = size + 1;
  const system = new Float64Array(width * width);
  const right = new Float64Array(width);
  // Every parameter in units of its own curvature: the system is then far from singular in any units.
  const units = new Float64Array(size);
  for (let a = 0; a < size; a++) units[a] = 1 / Math.sqrt(curvature[a * size + a]! || 1);
  const ofConstraint = 1 / Math.hypot(...along.map((share, a) => share * units[a]!));
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) {
      system[a * width + b] = curvature[a * size + b]! * units[a]! * units[b]!;
    }
    system[a * width + a]! += damping;
    const share = along[a]! * units[a]! * ofConstraint;
    system[a * width + size] = share;
    system[size * width + a] = share;
    right[a] = -pulls[a]! * units[a]!;
  }
  right[size] = ofConstraint * missing;
  // A sum of what is not finite is not finite; one of so few finite numbers is.
  if (!(Number.isFinite(sumOf(system)) && Number.isFinite(sumOf(right)))) return undefined;
  if (!solveSquare(system, right)) return undefined;
  const step = new Float64Array(size);
  for (let a = 0; a < size; a++) step[a] = units[a]! * right[a]!;
  return step;
}
