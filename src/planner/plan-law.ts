import { getScheme, spreadFactor } from "../bootstrap/schemes.ts";
import { type DerivedInterval, derivedInterval, withoutInterval } from "../derived/interval.ts";
import { fitOfPoints } from "../draw/fits.ts";
import { bestUse } from "../forms/compute-optimal.ts";
import type { SizeInputs } from "../forms/size-inputs.ts";
import { type OptimumJudge, optimumJudge, placeOf } from "../identifiability/open-optimum.ts";
import { standardErrorsOfPredictions } from "../identifiability/prediction-error.ts";
import { expandedLevel } from "../intervals/kinds.ts";
import { extremes } from "../statistics.ts";
import { formatNumber } from "../text.ts";
import {
  type BestSize,
  bestOnPath,
  type FlatRegion,
  flatRegion,
  type Limits,
  type Path,
  pathOf,
  type Surface,
} from "./best-size.ts";
import type { Cost } from "./cost.ts";
import type { RunLaw, StoredFit } from "./laws.ts";

/** What is to be had: the best that a budget pays for, or the cheapest that reaches a value of the law. */
export type Goal = { budget: number } | { quality: number };

/** What laws are planned for. */
export interface PlanRequest {
  cost: Cost;
  limits: Limits;
  goals: readonly Goal[];
  /** Coverage of the intervals. */
  levels: readonly number[];
}

/** Shares of the best value within which sizes count as flat. */
export const FLAT_SHARES = [0.001, 0.005, 0.01] as const;

/** A share as part of a name of a column: `0_1` of 0.1 %. */
export const nameOfShare = (share: number): string => (100 * share).toFixed(1).replace(".", "_");

/** A law, and how it takes size and tokens. */
export interface PlannedLaw {
  law: RunLaw;
  inputs: SizeInputs;
}

/** The quantities of a plan that have intervals. */
const QUANTITIES = ["n", "d", "value", "score", "budget"] as const;
type Quantity = (typeof QUANTITIES)[number];

/** Intervals at one level. */
export interface PlanIntervals extends Record<Quantity, DerivedInterval> {
  level: number;
}

/** What the runs of a fit span. */
interface RunSpan extends Limits {
  /** 6 N D of the smallest and of the largest run. */
  flops: readonly [number, number];
}

/** The best use of a budget by a law. */
export interface LawPlan extends PlannedLaw {
  goal: Goal;
  budget: number;
  best: BestSize;
  /** Whether the least value of the law is the best. */
  isLeast: boolean;
  /** Score by the second step; NaN without one. */
  score: number;
  /** One for each of `FLAT_SHARES`. */
  regions: FlatRegion[];
  /** 6 N D over that of the largest run. */
  extrapolation: number;
  runs: RunSpan;
  /** Why the data do not determine the plan, which then has no intervals; undefined where they do. */
  open: string | undefined;
  /** One for each level. */
  intervals: PlanIntervals[];
}

/** A goal that a law has no plan for. */
export interface NoPlan extends PlannedLaw {
  goal: Goal;
  reason: string;
}

/** Places of the look at a path for a replicate. */
const LOOKS_OF_REPLICATE = 48;

type Solved = { budget: number; path: Path; best: BestSize };

/**
 * The best use of each budget by a law, with intervals: percentiles of its replicates where the run has those of all its steps, else by the
 * delta method.
 */
export function planLaw(planned: PlannedLaw, request: PlanRequest): (LawPlan | NoPlan)[] {
  const { law, inputs } = planned;
  const { parameters, form } = law.law;
  const runs = spanOfRuns(planned);
  const surfaceOf = (p: Float64Array): Surface => ({
    valueAt: (n, d) => form.value(p, inputs.at(p, n, d)),
    isLeast: true,
  });
  const isLeast = fallsWithSize(surfaceOf(parameters), runs);
  const solve = (p: Float64Array, goal: Goal, looks?: number) =>
    solvedFor({ ...surfaceOf(p), isLeast }, goal, request, {
      looks,
      closed: (budget) => (request.cost.isTraining ? closedForm(law, p, budget) : undefined),
    });
  const found = request.goals.map((goal) => solve(parameters, goal));
  const numbersOf = (p: Float64Array, link: ArrayLike<number> | undefined, looks?: number): number[] =>
    request.goals.flatMap((goal, g) => {
      const at = "reason" in found[g]! ? undefined : solve(p, goal, looks);
      if (at === undefined || "reason" in at) return QUANTITIES.map(() => Number.NaN);
      const { n, d, value } = at.best;
      return [n, d, value, link === undefined ? Number.NaN : law.link!.form.value(link, [value]), at.budget];
    });
  const estimates = numbersOf(parameters, law.link?.parameters);
  // Of a score the error is that of itself, of what is above 0 that of its logarithm.
  const isPositive = estimates.map((value, k) => value > 0 && QUANTITIES[k % QUANTITIES.length] !== "score");
  const draws = drawsOf(law, (p, link) => numbersOf(p, link, LOOKS_OF_REPLICATE));
  const errors = standardErrorsOfPredictions(
    ([p, link]) => numbersOf(p!, link).map((value, k) => (isPositive[k] ? Math.log(value) : value)),
    [parameters, law.link?.parameters],
    [law.law.spread, law.link?.spread ?? { reason: "there is no second step" }],
  );
  const judge = judgeOf(law.law);
  const whyOpen = (g: number, place: { n: number; d: number }): string | undefined => {
    const sizeAt = (p: Float64Array) => numbersOf(p, law.link?.parameters)[g * QUANTITIES.length]!;
    return judge({
      places: [placeOf((n, d) => inputs.at(parameters, n, d), place, sizeAt)],
      valueAt: sizeAt,
    });
  };
  return found.map((at, g): LawPlan | NoPlan => {
    const goal = request.goals[g]!;
    if ("reason" in at) {
      const open = "quality" in goal ? whyOpen(g, { n: runs.n[1], d: runs.d[1] }) : undefined;
      return { ...planned, goal, reason: [at.reason, ...(open === undefined ? [] : [open])].join("; ") };
    }
    const { best, path, budget } = at;
    const open = whyOpen(g, best);
    const intervalAt =
      (level: number) =>
      (q: number): DerivedInterval => {
        const k = g * QUANTITIES.length + q;
        const interval = derivedInterval(
          { value: estimates[k]!, isPositive: isPositive[k]!, error: errors[k]! },
          draws === undefined ? level : levelOfDraws(law, level),
          draws?.[k],
        );
        return open === undefined ? interval : withoutInterval(interval, open);
      };
    const flops = 6 * best.n * best.d;
    return {
      ...{ ...planned, goal, budget, best, isLeast, runs, open },
      score: estimates[g * QUANTITIES.length + QUANTITIES.indexOf("score")]!,
      regions: FLAT_SHARES.map((share) =>
        flatRegion({ ...surfaceOf(parameters), isLeast }, path, best, share),
      ),
      extrapolation: flops / runs.flops[1],
      intervals: request.levels.map((level) => {
        const [n, d, value, score, cost] = QUANTITIES.map((_, q) => intervalAt(level)(q));
        return { level, n: n!, d: d!, value: value!, score: score!, budget: cost! };
      }),
    };
  });
}

/** Judges optima by the points of a law; where its loss is not known nothing is said. */
function judgeOf(law: StoredFit): OptimumJudge {
  const fit = fitOfPoints(law);
  return "reason" in fit ? () => undefined : optimumJudge(fit);
}

/**
 * The level of the percentiles that stand for a level: as much further out as Student's t of the runs less the parameters is wider than the
 * normal (Hesterberg, 2015, the expanded percentile interval), and as the scheme spreads too little; of the step for which this is the most.
 */
export function levelOfDraws({ law, link }: RunLaw, level: number): number {
  const levels = [law, ...(link === undefined ? [] : [link])].map(({ points, form, scheme }: StoredFit) => {
    const runs = new Set(points.map(({ run }) => run)).size;
    const freedom = runs - form.parameterNames.length;
    if (freedom <= 0) return level;
    return expandedLevel(level, freedom, spreadFactor(getScheme(scheme), { runs, points: points.length }));
  });
  return Math.max(...levels);
}

/** What the points of a law span. */
export function spanOfRuns({ law, inputs }: PlannedLaw): RunSpan {
  const sizes = law.law.points.map(({ variables }) => inputs.sizeOf(variables));
  const span = (of: (size: { n: number; d: number }) => number) => extremes(Float64Array.from(sizes, of));
  return { n: span(({ n }) => n), d: span(({ d }) => d), flops: span(({ n, d }) => 6 * n * d) };
}

/** Whether a plan is smaller than every run that was fitted. */
export const isBelowRuns = ({ best: { n, d }, runs }: LawPlan): boolean =>
  6 * n * d < runs.flops[0] * (1 - 1e-9);

/** Whether a law falls from the least size and tokens of the runs to the most: a loss does, a score rises. */
function fallsWithSize({ valueAt }: Surface, { n, d }: RunSpan): boolean {
  return !(valueAt(n[1], d[1]) > valueAt(n[0], d[0]));
}

/** The optimum that is known of a form, where it has one. */
function closedForm(
  { law: { form } }: RunLaw,
  parameters: Float64Array,
  budget: number,
): { n: number; d: number; value: number } | undefined {
  if (form.record.bestSize === undefined) return undefined;
  const best = bestUse(form, parameters, budget);
  // With exponents of 0, by which no size is the best, a search says where the loss ends.
  return "reason" in best ? undefined : { n: best.n, d: best.d, value: best.loss };
}

interface Solving {
  looks: number | undefined;
  /** The known optimum of a budget, if there is one. */
  closed(budget: number): { n: number; d: number; value: number } | undefined;
}

function solvedFor(
  surface: Surface,
  goal: Goal,
  { cost, limits }: PlanRequest,
  { looks, closed }: Solving,
): Solved | { reason: string } {
  const solve = (budget: number): Solved | { reason: string } => {
    const path = pathOf(cost, budget, limits);
    if (path === undefined) return { reason: "it does not pay for any size within the limits" };
    const known = closed(budget);
    const isOnPath = known !== undefined && known.n > path.n[0] && known.n < path.n[1] && known.n > path.bent;
    const best = isOnPath ? { ...known, edges: [], others: [] } : bestOnPath(surface, path, looks);
    return best === undefined ? { reason: "the law has no value there" } : { budget, path, best };
  };
  return "budget" in goal ? solve(goal.budget) : cheapest(goal.quality, surface, solve);
}

/** The least and the most that a model may cost, in logarithms of FLOPs. */
const COSTS = [Math.log(1e3), Math.log(1e45)] as const;

/** The least budget whose best value is as good as a given one. */
function cheapest(
  quality: number,
  { isLeast }: Surface,
  solve: (budget: number) => Solved | { reason: string },
): Solved | { reason: string } {
  const reaches = (at: Solved | { reason: string }): boolean =>
    !("reason" in at) && (isLeast ? at.best.value <= quality : at.best.value >= quality);
  let [low, high] = COSTS;
  const most = solve(Math.exp(high));
  if (!reaches(most)) {
    const best = "reason" in most ? "" : `: the best is ${formatNumber(most.best.value, 4)}`;
    return { reason: `no budget reaches ${quality} within the limits${best}` };
  }
  for (let half = 0; half < 60; half++) {
    const middle = (low + high) / 2;
    if (reaches(solve(Math.exp(middle)))) high = middle;
    else low = middle;
  }
  return solve(Math.exp(high));
}

/**
 * Numbers on each replicate of a law and its second step, an array for each number; undefined where the run has not stored them of all
 * steps.
 */
function drawsOf(
  { law, link }: RunLaw,
  numbersOf: (p: Float64Array, link: Float64Array | undefined) => number[],
): Float64Array[] | undefined {
  const steps = [law, ...(link === undefined ? [] : [link])].map((step) => step.draws);
  if (steps.some((step) => step === undefined)) return undefined;
  const rows = Math.min(...steps.map((step) => step!.degenerate.length));
  const numbers = Array.from({ length: rows }, (_, r) => {
    const [p, q] = steps.map((step) =>
      step!.degenerate[r] === 0
        ? step!.parameters.subarray(r * step!.width, (r + 1) * step!.width)
        : undefined,
    );
    return p === undefined || (link !== undefined && q === undefined) ? [] : numbersOf(p, q);
  });
  const width = numbers.reduce((most, { length }) => Math.max(most, length), 0);
  return Array.from({ length: width }, (_, k) => Float64Array.from(numbers, (of) => of[k] ?? Number.NaN));
}
