import { boundsOf } from "../solve/bounds.ts";
import { startRangeOf } from "../solve/pack.ts";
import type { Problem, Solution, SolveOptions, SolveResult } from "../solve/problem.ts";
import { agreement, roundingNoise } from "../solve/reduce.ts";
import type { Unknown } from "./fit.ts";
import type { LinearFit } from "./linearise.ts";
import { type ProfileSide, profileSide } from "./profile-side.ts";
import { profileThresholds, type Threshold } from "./profile-threshold.ts";

/** Solves problems, in order: `solveProblems`, or `solveProblemsOn` an open backend. */
export type Solve = (problems: Problem[], options: SolveOptions) => Promise<SolveResult[]>;

/** A parameter's profile interval. */
export interface Profile {
  lower: number;
  upper: number;
  /** Whether the objective stays below the threshold up to the end point: a bound, or infinity. */
  lowerOpen: boolean;
  upperOpen: boolean;
  /** Rise of the objective at the end points, and what it takes as independent. */
  rise: number;
  kind: Threshold["kind"];
  /** Whether a held fit was better than the fit itself: it is not the optimum. */
  better: boolean;
}

export interface ProfileOptions extends Pick<SolveOptions, "seed" | "iterationLimit"> {
  /** Level of the intervals. @default 0.9 */
  level?: number;
  /** Random starts of each held fit, beside the optimum and its neighbours on the profile. @default 2 */
  starts?: number;
}

/** A fit to profile. */
export interface ProfiledFit {
  linear: LinearFit;
  solution: Pick<Solution, "objective" | "parameters">;
}

/** Without bounds a side is looked at up to this many times the first step or the estimate. */
const far = 1e3;

/**
 * Profile intervals of every parameter of some fits: the parameter is held at ever other values, all others are solved
 * anew, until the objective has risen to `profileThresholds`. The held fits of all fits, parameters and sides are solved
 * together, round by round.
 *
 * @returns for each fit its parameters' profiles, in order
 */
export async function profileFits(
  solve: Solve,
  fits: readonly ProfiledFit[],
  { level = 0.9, starts = 2, ...options }: ProfileOptions = {},
): Promise<(Profile | Unknown)[][]> {
  const profiles = fits.map((fit) =>
    profileThresholds(fit.linear, level).map((threshold, p) => openProfile(fit, p, threshold)),
  );
  const sides = profiles.flat().flatMap((profile) => ("reason" in profile ? [] : profile.sides));
  for (;;) {
    const asked = sides.flatMap((side) => {
      const distance = side.search.next();
      return distance === undefined ? [] : [{ side, distance }];
    });
    if (asked.length === 0) break;
    const held = asked.map(({ side, distance }) => heldProblem(side, distance));
    const results = await solve(held, { ...options, starts });
    results.forEach((result, i) => {
      const { side, distance } = asked[i]!;
      side.search.tell({ distance, ...heightOf(side, result) });
    });
  }
  return profiles.map((all) => all.map((profile) => ("reason" in profile ? profile : closeProfile(profile))));
}

interface Side {
  fit: ProfiledFit;
  parameter: number;
  direction: -1 | 1;
  threshold: Threshold;
  search: ProfileSide;
  /** Lowest objective of its held fits. */
  lowest: number;
}

interface OpenProfile {
  sides: readonly [lower: Side, upper: Side];
}

function openProfile(
  fit: ProfiledFit,
  parameter: number,
  threshold: Threshold | Unknown,
): OpenProfile | Unknown {
  const { problem } = fit.linear;
  const estimate = fit.solution.parameters[parameter]!;
  if ("reason" in threshold) return threshold;
  if (!(threshold.rise > 0 && fit.solution.objective > roundingNoise(problem)))
    return { reason: "the fit is perfect: there are no residuals to judge by" };
  const range = startRangeOf(problem);
  const wide = range[parameter + problem.form.parameterNames.length]! - range[parameter]!;
  const step = threshold.reach ?? 0.1 * Math.max(Math.abs(estimate), wide);
  const { lower, upper } = boundsOf(problem);
  const side = (direction: -1 | 1): Side => {
    const bound = direction < 0 ? estimate - lower[parameter]! : upper[parameter]! - estimate;
    const farthest = bound < Infinity ? bound : far * Math.max(step, Math.abs(estimate));
    const search = profileSide(step, farthest);
    return { fit, parameter, direction, threshold, search, lowest: Infinity };
  };
  return { sides: [side(-1), side(1)] };
}

function placeOf({ direction }: Side): "below" | "above" {
  return direction < 0 ? "below" : "above";
}

/** The problem with the parameter held at a distance from its estimate, to be solved from what is known nearby. */
function heldProblem(side: Side, distance: number): Problem {
  const { fit, parameter, direction, search } = side;
  const { problem } = fit.linear;
  const { lower, upper } = boundsOf(problem);
  const value = fit.solution.parameters[parameter]! + direction * distance;
  // Rounding may carry the sum beyond the bound that it aims at.
  const held = Math.max(lower[parameter]!, Math.min(upper[parameter]!, value));
  const near = [fit.solution.parameters, ...search.neighbours().map((point) => point.parameters!)];
  return {
    ...problem,
    lower: lower.with(parameter, held),
    upper: upper.with(parameter, held),
    givenStarts: near.map((start) => start.with(parameter, held)),
    key: `${problem.key}, ${problem.form.parameterNames[parameter]} held ${placeOf(side)}`,
  };
}

/** A value where the form is not finite is beyond any threshold. */
function heightOf(side: Side, result: SolveResult): { height: number; parameters: Float64Array | undefined } {
  if ("skipped" in result) return { height: Infinity, parameters: undefined };
  const { objective, parameters } = result.solution;
  side.lowest = Math.min(side.lowest, objective);
  const rise = Math.max(0, objective - side.fit.solution.objective);
  return { height: Math.sqrt(rise / side.threshold.rise), parameters };
}

function closeProfile({ sides }: OpenProfile): Profile | Unknown {
  const [below, above] = sides;
  const lost = sides.find(({ search, lowest }) => !search.end().open && lowest === Infinity);
  if (lost) return { reason: `no fit was found with the parameter held ${placeOf(lost)} its estimate` };
  const [lower, upper] = [endOf(below), endOf(above)];
  const { objective } = below.fit.solution;
  return {
    lower: lower.value,
    upper: upper.value,
    lowerOpen: lower.open,
    upperOpen: upper.open,
    rise: below.threshold.rise,
    kind: below.threshold.kind,
    better: Math.min(below.lowest, above.lowest) < objective * (1 - agreement),
  };
}

/** End point in the parameter's coordinate: an open side ends at its bound, which may be infinite. */
function endOf({ fit, parameter, direction, search }: Side): { value: number; open: boolean } {
  const { distance, open } = search.end();
  const { lower, upper } = boundsOf(fit.linear.problem);
  if (open) return { value: (direction < 0 ? lower : upper)[parameter]!, open };
  return { value: fit.solution.parameters[parameter]! + direction * distance, open };
}
