import { getOrInsert } from "../collections.ts";
import type { PointRuns } from "../methods/method.ts";
import type { Problem, Solution } from "../solve/problem.ts";
import { mean } from "../statistics.ts";
import type { AskedBudget } from "./best-uses.ts";
import type { curvatureRoot } from "./curvature-root.ts";
import { type Standing, standings, type Unknown } from "./fit.ts";
import { type LinearFit, linearise } from "./linearise.ts";
import { type Profile, type ProfileOptions, profileFits, type Solve } from "./profile.ts";
import { type Spread, sandwiches, standardErrors } from "./spread.ts";

/** A solved problem and the runs of its points. */
export interface SolvedFit {
  problem: Problem;
  solution: Solution;
  runs: PointRuns;
  /** FLOPs of each run at the end of its training; NaN where they are not known. @default not known */
  flops?: readonly number[];
  /** Budgets whose best uses are asked of it, if it is a law of model size and tokens. @default none */
  budgets?: readonly AskedBudget[];
}

/** How well the data determine one parameter. */
export interface ParameterCard {
  name: string;
  value: number;
  standing: Standing;
  /** Whether it takes part in the flattest direction of a flat valley. */
  flat: boolean;
  /** Standard errors by the sandwich, runs or points taken as independent. */
  runError: number | Unknown;
  pointError: number | Unknown;
  /** runError / pointError: how much too narrow an interval is that takes points as independent. */
  errorRatio: number | Unknown;
  /** Undefined where profiles were not asked for. */
  profile: Profile | Unknown | undefined;
}

/** How well the data determine the parameters of a fit. */
export interface IdentifiabilityCard {
  /** Runs that have points, and points. */
  runs: number;
  points: number;
  /** Of the scaled Gauss-Newton matrix. */
  conditionNumber: number;
  /** Share of the starts within 1e-6 of the best objective. */
  startAgreement: number;
  /** Intra-run correlation of the residuals. */
  intraRunCorrelation: number | Unknown;
  parameters: ParameterCard[];
}

export interface CardOptions extends ProfileOptions {
  /** Solves the held fits of the profiles. @default no profiles */
  solve?: Solve | undefined;
  /** Of a fit's free parameters, runs taken as independent, by the key of its problem. @default the sandwich */
  byRuns?: ((key: string) => Spread | undefined) | undefined;
  /** Cards without profiles that are made already, by the key of the problem. @default all are made */
  made?: ReadonlyMap<string, IdentifiabilityCard> | undefined;
}

/** Fits whose profiles are searched at a time. */
const PROFILED_AT_ONCE = 400;

/**
 * Identifiability cards of some fits, in order: values and standard errors of the parameters in the units of the table, by name. What cannot be
 * known has its reason.
 *
 * @param fits solved problems, and the runs of their points
 * @param options what solves the held fits of profiles; without it there are none
 */
export async function identifiabilityCards(
  fits: readonly SolvedFit[],
  { solve, made, byRuns, ...options }: CardOptions = {},
): Promise<IdentifiabilityCard[]> {
  const cards: IdentifiabilityCard[] = [];
  // A round of all fits' profiles at once is held in memory; some hundred fill any device.
  for (let first = 0; first < fits.length; first += PROFILED_AT_ONCE) {
    const some = fits.slice(first, first + PROFILED_AT_ONCE).map((fit) => {
      const card = made?.get(fit.problem.key);
      const linear = card !== undefined && solve === undefined ? undefined : lineariseFit(fit);
      return { fit, linear, card: card ?? cardOf(fit, linear!) };
    });
    if (solve === undefined) {
      cards.push(...some.map(({ card }) => card));
      continue;
    }
    const linearised = some.flatMap(({ fit, linear }) =>
      linear === undefined || "reason" in linear
        ? []
        : [{ linear, solution: fit.solution, byRuns: byRuns?.(fit.problem.key) }],
    );
    const profiles = await profileFits(solve, linearised, options);
    const profilesOf = new Map(linearised.map(({ linear }, k) => [linear, profiles[k]!]));
    for (const { linear, card } of some) {
      const profileOf = (p: number): ParameterCard["profile"] =>
        "reason" in linear! ? linear : profilesOf.get(linear!)![p];
      const parameters = card.parameters.map((one, p) => ({ ...one, profile: profileOf(p) }));
      cards.push({ ...card, parameters });
    }
  }
  return cards;
}

/** A fit, linearised at its solution. */
export function lineariseFit({ problem, solution, runs }: SolvedFit): LinearFit | Unknown {
  return linearise({ problem, parameters: solution.parameters, runs });
}

/** Sandwiches of a fit, runs and then points taken as independent. @param root of the curvature by its free parameters. @default it is worked out */
export function spreadsOf(
  linear: LinearFit | Unknown,
  root?: ReturnType<typeof curvatureRoot>,
): (Spread | Unknown)[] {
  if ("reason" in linear) return [linear, linear];
  return sandwiches(linear, ["runs", "points"], undefined, root && (() => root));
}

/** The card of a fit, without profiles. */
export function cardOf(
  { problem, solution, runs }: SolvedFit,
  linear: LinearFit | Unknown,
  spreads = spreadsOf(linear),
): IdentifiabilityCard {
  const all = standings({ problem, parameters: solution.parameters });
  const [byRuns, byPoints] = spreads.map((spread) => ("reason" in spread ? spread : standardErrors(spread)));
  const parameters = problem.form.parameterNames.map((name, p): ParameterCard => {
    const runError = errorOf(byRuns!, p, all[p]!);
    const pointError = errorOf(byPoints!, p, all[p]!);
    return {
      name,
      value: solution.parameters[p]!,
      standing: all[p]!,
      flat: solution.flatDirection.includes(name),
      runError,
      pointError,
      errorRatio: ratioOf(runError, pointError),
      profile: undefined,
    };
  });
  return {
    runs: runs.runLengths.filter((length) => length > 0).length,
    points: solution.points,
    conditionNumber: solution.conditionNumber,
    startAgreement: solution.startAgreement,
    intraRunCorrelation: "reason" in linear ? linear : intraRunCorrelation(linear),
    parameters,
  };
}

function errorOf(errors: Float64Array | Unknown, parameter: number, standing: Standing): number | Unknown {
  if (standing !== "free")
    return { reason: standing === "fixed" ? "its bounds are equal" : "a bound holds it" };
  return "reason" in errors ? errors : errors[parameter]!;
}

function ratioOf(above: number | Unknown, below: number | Unknown): number | Unknown {
  if (typeof above !== "number") return above;
  if (typeof below !== "number") return below;
  return below > 0 ? above / below : { reason: "all residuals are 0" };
}

/**
 * Intra-run correlation of a fit's residuals: the share of their variance that lies between runs, by analysis of variance
 * with random effects of runs of unequal length (Donner, 1986). 0 is as if points were independent, 1 as if a
 * run were one point; it can be below 0. Points of no run and of weight 0 are left out.
 */
export function intraRunCorrelation(fit: LinearFit): number | Unknown {
  return getOrInsert(correlations, fit, () => {
    const { residual, run, weights, runs } = fit;
    const groups = runs.runs.map((): number[] => []);
    for (let i = 0; i < residual.length; i++) {
      if (run[i]! >= 0 && weights[i]! > 0) groups[run[i]!]!.push(residual[i]!);
    }
    return groupCorrelation(groups.filter((group) => group.length > 0));
  });
}

/** Of fits that it was asked of: a card and the test of lack of fit both ask. */
const correlations = new WeakMap<LinearFit, number | Unknown>();

/** The same of groups of values, none of them empty. */
export function groupCorrelation(groups: readonly (readonly number[])[]): number | Unknown {
  if (groups.length < 2) return { reason: "fewer than two runs" };
  const count = groups.reduce((sum, { length }) => sum + length, 0);
  if (count === groups.length) return { reason: "every run is one point" };
  let all = 0;
  for (const group of groups) for (const x of group) all += x;
  const total = all / count;
  let between = 0;
  let within = 0;
  for (const group of groups) {
    const centre = mean(group);
    between += group.length * (centre - total) ** 2;
    for (const x of group) within += (x - centre) ** 2;
  }
  between /= groups.length - 1;
  within /= count - groups.length;
  const squares = groups.reduce((sum, { length }) => sum + length * length, 0);
  const typical = (count - squares / count) / (groups.length - 1);
  const variance = between + (typical - 1) * within;
  return variance > 0 ? (between - within) / variance : { reason: "all residuals are the same" };
}
