import type { Matrix } from "ml-matrix";
import { groupBy } from "../collections.ts";
import { studentQuantile } from "../intervals/distributions.ts";
import { tailsOf } from "../intervals/interval.ts";
import { agreement, roundingNoise } from "../solve/objective.ts";
import { startRangeOf } from "../solve/pack.ts";
import {
  boundsOf,
  type Problem,
  type Solution,
  type SolveOptions,
  type SolveResult,
} from "../solve/problem.ts";
import { freshStartsOf } from "../solve/search/start-count.ts";
import { curvatureRoot } from "./curvature-root.ts";
import { type ErrorBasis, hasKnownSigma, standingAs, standings, type Unknown } from "./fit.ts";
import { influenceVariance, type LinearFit, meanSlope } from "./linearise.ts";
import { covariance, freedomAlong, type Spread, sandwich } from "./spread.ts";

/** What is known of a profile at a distance from the estimate. */
interface ProfilePoint {
  /** From the estimate, >= 0. */
  distance: number;
  /** Root of the rise of the objective, as a share of the threshold: 1 at the end. Of a parabola it is straight. */
  height: number;
  /** All parameters there; undefined where no fit was found. */
  parameters: Float64Array | undefined;
}

/** Where a side of a profile ends, as a distance from the estimate. */
export interface ProfileEnd {
  distance: number;
  /** Whether the objective stays below the threshold up to there: the data do not close the side. */
  open: boolean;
}

/** How near to its threshold a look must be; the end is then put on the straight line through its neighbours. */
const tolerance = 2e-3;

/** Width of a bracket, as a share of the distance, that is an end. */
const narrow = 1e-4;

/**
 * Points up to which held fits have starts from the form's structure. With few points a profile may go over into another valley; with
 * many its fits are next to those of their neighbours, and a grid of starts takes longer than all else.
 */
const structuredPoints = 256;

/**
 * Limit of iterations of one start of a held fit: most take 40, and one that crawls along a valley is hardly the lowest. The lowest goes on
 * beyond it.
 */
const heldIterations = 200;

/** Held fits that a side may take. */
const mostTrials = 30;

/** The search for the end of one side of a profile: it asks for a distance and is given what is there, until it has an end. */
interface ProfileSide {
  /** Distance to look at next; undefined once there is an end. */
  next(): number | undefined;
  tell(point: ProfilePoint): void;
  /** Points on either side of the end, as far as they are known: to start from. */
  neighbours(): ProfilePoint[];
  end(): ProfileEnd;
}

/**
 * Brackets the end by ever longer steps, then closes in by straight lines through the heights, or by halves where the last
 * look left more than half of the bracket.
 *
 * @param step distance of the first look
 * @param farthest distance to the bound, or at which to give up: the side is open if it is low even there
 */
export function profileSide(step: number, farthest: number): ProfileSide {
  let inside: ProfilePoint = { distance: 0, height: 0, parameters: undefined };
  let outside: ProfilePoint | undefined;
  let end: ProfileEnd | undefined = farthest > 0 ? undefined : { distance: 0, open: true };
  let trials = 0;
  let slow = false;

  const between = (low: ProfilePoint, high: ProfilePoint): number => {
    const share = (1 - low.height) / (high.height - low.height);
    return low.distance + (high.height < Infinity ? share : 0.5) * (high.distance - low.distance);
  };
  const beyond = (): number => {
    if (inside.distance === 0) return step;
    const aim = inside.height > 0 ? (1.2 * inside.distance) / inside.height : Infinity;
    return Math.max(2 * inside.distance, Math.min(8 * inside.distance, aim));
  };
  return {
    next() {
      if (end) return undefined;
      if (!outside) return Math.min(beyond(), farthest);
      return slow ? (inside.distance + outside.distance) / 2 : between(inside, outside);
    },
    tell(point) {
      trials++;
      const { distance, height } = point;
      const before = outside ? outside.distance - inside.distance : Infinity;
      if (height < 1) inside = point;
      else outside = point;
      slow = outside !== undefined && outside.distance - inside.distance > before / 2;
      if (outside) {
        const settled =
          Math.abs(height - 1) <= tolerance ||
          outside.distance - inside.distance <= narrow * outside.distance;
        if (settled || trials >= mostTrials) end = { distance: between(inside, outside), open: false };
      } else if (1 - height <= tolerance)
        end = { distance: Math.min(farthest, distance / height), open: false };
      else if (distance >= farthest || trials >= mostTrials) end = { distance: farthest, open: true };
    },
    neighbours: () => [inside, ...(outside ? [outside] : [])].filter(({ parameters }) => parameters),
    end: () => end!,
  };
}

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
  /**
   * Most random starts of each held fit, in addition to the optimum and its neighbours on the profile; none where all starts of the fit met
   * one minimum, and its form is known to have one valley.
   * @default 2
   */
  starts?: number;
}

/** A fit to profile. */
interface ProfiledFit {
  linear: LinearFit;
  /** Of the free parameters, runs taken as independent. @default the sandwich */
  byRuns?: Spread | undefined;
  /** Where it does not say how its starts agreed, held fits have all random starts. */
  solution: Pick<Solution, "objective" | "parameters"> & Partial<Pick<Solution, "starts" | "startAgreement">>;
}

/**
 * Random starts that the held fits of a fit ask for, as the agreement of its own starts says. Forms with other coordinates for the solver
 * have parameters that run away together: with one of them held, the others may have a lower valley that no start of the fit saw. Of a
 * user's form nobody knows.
 */
function startsOf({ linear: { problem }, solution }: ProfiledFit): number {
  const { units, coordinates } = problem.form.record;
  if (units === undefined || coordinates !== undefined) return Infinity;
  const { starts = 0, startAgreement = 0 } = solution;
  return freshStartsOf("auto", problem, { starts, startAgreement });
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
    profileThresholds(fit, level).map((threshold, p) => openProfile(fit, p, threshold)),
  );
  const sides = profiles.flat().flatMap((profile) => ("reason" in profile ? [] : profile.sides));
  for (;;) {
    const asked = sides.flatMap((side) => {
      const distance = side.search.next();
      return distance === undefined ? [] : [{ side, distance }];
    });
    if (asked.length === 0) break;
    const random = ({ side: { fit } }: (typeof asked)[number]): number => Math.min(starts, startsOf(fit));
    for (const [wanted, some] of groupBy(asked, random)) {
      const held = some.map(({ side, distance }) => heldProblem(side, distance));
      const results = await solve(held, {
        iterationLimit: heldIterations,
        ...options,
        starts: wanted,
        structuredPoints,
      });
      results.forEach((result, i) => {
        const { side, distance } = some[i]!;
        side.search.tell({ distance, ...heightOf(side, result) });
      });
    }
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
  const isJudged = threshold.kind === "sigma" || fit.solution.objective > roundingNoise(problem);
  if (!(threshold.rise > 0 && isJudged))
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

/** The rise of the objective, with the other parameters solved again, at which a profile's interval ends. */
interface Threshold {
  rise: number;
  /** What it takes as independent. */
  kind: ErrorBasis;
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
 * influences over their mean slope. `sigma`: half the chi-square quantile with 1 degree of freedom, as residuals are over their known
 * standard errors.
 *
 * @param level of the interval, such as 0.9
 */
function profileThresholds(
  { linear: fit, byRuns: given }: ProfiledFit,
  level: number,
): (Threshold | Unknown)[] {
  const all = standings(fit);
  const free = standingAs(all, "free");
  const left = fit.points - free.length;
  const { high } = tailsOf(level);
  const square = (freedom: number): number => studentQuantile(high, freedom) ** 2;
  const onePointEach = fit.runs.runLengths.every((length) => length <= 1);
  const common = judge(fit, free);
  const isKnown = hasKnownSigma(fit);
  return all.map((standing, p) => {
    if (standing === "fixed") return { reason: "its bounds are equal" };
    if (left <= 0 && !isKnown) {
      return { reason: `${fit.points} points for ${free.length} free parameters leave no residuals` };
    }
    const simple: Threshold = isKnown
      ? { kind: "sigma", rise: square(Number.POSITIVE_INFINITY) / 2 }
      : { kind: "points", rise: (square(left) * influenceVariance(fit, left)) / meanSlope(fit) / 2 };
    const { columns, root, byRuns } = standing === "free" ? common : judge(fit, free, p);
    if ("reason" in root) return simple;
    const inverse = root.getColumnVector(columns.indexOf(p)).norm() ** 2;
    const reaching = (rise: number, kind: Threshold["kind"]): Threshold => {
      return { kind, rise, reach: Math.sqrt(2 * rise * inverse) };
    };
    const bySpread = (spread: Spread, kind: Threshold["kind"]): Threshold => {
      const along = Float64Array.from(all, (_, q) => Number(q === p));
      const variance = covariance(spread, p, p);
      return reaching((square(freedomAlong(spread, along)) * variance) / inverse / 2, kind);
    };
    if (isKnown) return reaching(simple.rise, simple.kind);
    const isSquared = fit.problem.loss.kind === "squared";
    if (!("reason" in byRuns || (isSquared && onePointEach)))
      return bySpread(standing === "free" && given !== undefined ? given : byRuns, "runs");
    const each = isSquared ? undefined : sandwich(fit, "points", standing === "free" ? undefined : p);
    if (each === undefined || "reason" in each) return reaching(simple.rise, "points");
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
