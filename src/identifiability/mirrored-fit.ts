import { Matrix, pseudoInverse } from "ml-matrix";
import { studentQuantile } from "../intervals/distributions.ts";
import { objectiveOf } from "../solve/objective.ts";
import { priorResiduals } from "../solve/priors.ts";
import { boundsOf, type Problem } from "../solve/problem.ts";
import { extremes, mean } from "../statistics.ts";
import { sumOfProducts } from "./columns.ts";
import { toldRoot } from "./curvature-root.ts";
import { standingAs, standings } from "./fit.ts";
import { KeptOfColumns } from "./kept-of-columns.ts";
import {
  derivativesAt,
  influenceVariance,
  type LinearFit,
  meanSlope,
  priorPull,
  roomForDerivatives,
} from "./linearise.ts";

/** Level of the test whether points tell inputs apart. */
export const TELLING_LEVEL = 0.99;

/** Eigenvalues below this, relative to the largest, are rounding. */
const ROUNDING = 1e-9;

/** What is so near a curve, as a difference of logarithms, lies on it. */
const ON_CURVE = 1e-3;

/** Steps of the fit to moved points. */
const MOST_STEPS = 20;

/** Steps by which the objective falls by less than this share of its noise end the fit. */
const SMALL = 1e-3;

/** A law that fits as well in which inputs that are moved against each other have changed their places about the curve of the points. */
export interface Mirrored {
  /** A sentence: `all 30 points have N and D within 2.1 % of one curve, ...`. */
  text: string;
  /** Parameters of the law, whose value at inputs is that of the mirrored law on the other side of the curve. */
  parameters: Float64Array;
  /** How far inputs are from the curve, in lengths of the direction. */
  departureOf(inputs: readonly number[]): number;
}

/**
 * Whether the responses tell inputs apart that are moved against each other along a direction, as model size and tokens are on a budget. Where
 * the points lie on a curve, what is on either side of it is told by the form of the law alone: of a law of two powers, each may then be that
 * of the other input. So every point is moved to the other side of the curve (a polynomial of degree 2 across the direction), as far from it as it
 * was, and the law is fitted there anew. If it fits as well, the law that is mirrored about the curve fits the points as they are. What it says
 * on either side may be the same: of points about the best sizes that every budget has, a law says the same on both.
 *
 * @param direction change of the logarithm of each input, 0 for those that stay
 * @returns undefined where it fits worse, and where an input of the direction is not above 0 or does not vary
 */
export function mirroredFit(fit: LinearFit, direction: readonly number[]): Mirrored | undefined {
  const { problem, parameters } = fit;
  const moving = direction.flatMap((by, v) => (by === 0 ? [] : [v]));
  const varying = problem.variables.flatMap((values, v) =>
    values.every((x) => x > 0) && spreadOf(values) > ROUNDING ? [v] : [],
  );
  if (moving.length < 2 || !moving.every((v) => varying.includes(v))) return undefined;
  const logsOf = (inputs: readonly number[]): number[] => varying.map((v) => Math.log(inputs[v]!));
  const logs = varying.map((v) => problem.variables[v]!.map(Math.log));
  const along = varying.map((v) => direction[v]!);
  const { departureOf, off } = curves.of([along, ...logs], () => curveThrough(logs, along));
  const mirrored: Problem = {
    ...problem,
    variables: problem.variables.map((values, v) => {
      if (direction[v] === 0) return values;
      return values.map((x, i) => x * Math.exp(-2 * off[i]! * direction[v]!));
    }),
  };
  const free = standingAs(standings(fit), "free");
  const left = Math.max(1, fit.points - free.length);
  const noise = noiseOf(fit, left);
  const most = objectiveOf(problem, parameters) + noise * studentQuantile((1 + TELLING_LEVEL) / 2, left) ** 2;
  const found = fittedWithin({ ...fit, problem: mirrored }, free, { most, small: SMALL * noise });
  if (found === undefined) return undefined;
  const names = moving.map((v) => problem.form.variableNames[v]!).join(" and ");
  const longest = Math.max(...moving.map((v) => Math.abs(direction[v]!)));
  const farthest = longest * off.reduce((far, by) => Math.max(far, Math.abs(by)), 0);
  const where =
    farthest > ON_CURVE
      ? `within ${Number((100 * Math.expm1(farthest)).toPrecision(2))} % of one curve`
      : "on one curve";
  return {
    text: `all ${fit.points} points have ${names} ${where}, about which a law with their places changed fits as well`,
    parameters: found,
    departureOf: (inputs) => departureOf(logsOf(inputs)),
  };
}

/** The noise of an objective: what it rises by where parameters differ by a standard error. */
function noiseOf(linear: LinearFit, left: number): number {
  return influenceVariance(linear, left) / meanSlope(linear) / 2;
}

function spreadOf(values: Float64Array): number {
  const centre = mean(values);
  return values.reduce((far, value) => Math.max(far, Math.abs(value - centre)), 0);
}

/** A curve near which points lie. */
interface Curve {
  /** How far a place is from it along the direction, in lengths of the direction. */
  departureOf(logs: readonly number[]): number;
  /** How far each point is. */
  off: Float64Array;
}

const curves = new KeptOfColumns<Curve>();

/** The best smooth function of where points are across a direction. Beyond the points it is linear. */
function curveThrough(logsOfPoints: readonly Float64Array[], direction: readonly number[]): Curve {
  const length = direction.reduce((sum, by) => sum + by * by, 0);
  const centre = logsOfPoints.map(mean);
  const split = (logs: readonly number[]) => {
    const own = logs.map((x, v) => x - centre[v]!);
    const along = own.reduce((sum, x, v) => sum + x * direction[v]!, 0) / length;
    return { along, across: own.map((x, v) => x - along * direction[v]!) };
  };
  const points = Array.from(logsOfPoints[0]!, (_, i) => logsOfPoints.map((logs) => logs[i]!));
  const all = points.map(split);
  const farthest = direction.map((_, v) => extremes(Float64Array.from(all, ({ across }) => across[v]!)));
  // Where points lie across is known up to the direction: as many columns are in line as inputs are moved.
  const fitted = (termsOf: (across: readonly number[]) => number[]) => {
    const design = new Matrix(all.map(({ across }) => termsOf(across)));
    const weights = pseudoInverse(design, ROUNDING).mmul(Matrix.columnVector(all.map(({ along }) => along)));
    return (across: readonly number[]): number =>
      termsOf(across).reduce((sum, term, k) => sum + term * weights.get(k, 0), 0);
  };
  const line = fitted((across) => [1, ...across]);
  const curve = fitted((across) => [1, ...across, ...across.map((x) => x * x)]);
  const departureOf = (logs: readonly number[]): number => {
    const { along, across } = split(logs);
    const isWithin = across.every(
      (x, v) => x >= farthest[v]![0] - ROUNDING && x <= farthest[v]![1] + ROUNDING,
    );
    return along - (isWithin ? curve(across) : line(across));
  };
  return { departureOf, off: Float64Array.from(points, departureOf) };
}

/** The fit of points that were moved, from its parameters on; undefined where it does not come down to an objective. */
function fittedWithin(
  {
    problem,
    parameters: from,
    weights,
    slopes,
  }: Pick<LinearFit, "problem" | "parameters" | "weights" | "slopes">,
  free: readonly number[],
  { most, small }: { most: number; small: number },
): Float64Array | undefined {
  const { lower, upper } = boundsOf(problem);
  const points = weights.length;
  const local = roomForDerivatives(problem);
  let parameters = from;
  let objective = objectiveOf(problem, parameters);
  for (let step = 0; step < MOST_STEPS; step++) {
    if (derivativesAt(problem, parameters, weights, local) !== undefined) return undefined;
    const priors = priorResiduals(problem, parameters);
    const { root } = toldRoot({ ...local, weights, slopes, priors }, free);
    const pull = free.map((p) => {
      const column = local.design.subarray(p * points, (p + 1) * points);
      return sumOfProducts(weights, local.influence, column) + priorPull({ priors }, p);
    });
    const by = root.transpose().mmul(root.mmul(Matrix.columnVector(pull)));
    let fallen = 0;
    for (let share = 1; share > SMALL && fallen === 0; share /= 4) {
      const there = parameters.slice();
      free.forEach((p, f) => {
        there[p] = Math.min(Math.max(there[p]! - share * by.get(f, 0), lower[p]!), upper[p]!);
      });
      const lowered = objectiveOf(problem, there, objective);
      if (!(lowered < objective)) continue;
      fallen = objective - lowered;
      [parameters, objective] = [there, lowered];
    }
    // What would not come down far enough though every step that is left gained as much ends here.
    if (fallen <= small || objective - fallen * (MOST_STEPS - 1 - step) > most) break;
  }
  return objective <= most ? parameters : undefined;
}
