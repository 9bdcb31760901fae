import { intraRunCorrelation } from "../identifiability/card.ts";
import { standingAs, standings } from "../identifiability/fit.ts";
import { influenceVariance, type LinearFit, linearise, meanSlope } from "../identifiability/linearise.ts";
import type { PointRuns } from "../methods/method.ts";
import { roundingNoise } from "../solve/objective.ts";
import { whyNotWeighed } from "../solve/priors.ts";
import type { Problem, Solution, SolveResult } from "../solve/problem.ts";
import { sum } from "../statistics.ts";
import { problemKey } from "./shared-problems.ts";

/** What helps where the residuals do not say how noisy they are. */
const CURE = "give the standard errors of the responses, by which its priors are then weighed";

/**
 * Solves problems. Those with priors whose noise is not known are solved without them first, and the residuals of that fit are their
 * noise: those of the fit with priors would grow where a prior contradicts the points, which would give it more weight. Points of one run that
 * are alike say less than their number: the noise is then as much larger.
 *
 * @param runsOf runs of a problem's points
 * @param solve solves problems that say all they need; results in their order
 * @returns results in the order of the problems, with the noise that was found
 */
export async function solveWeighed(
  problems: Problem[],
  solve: (problems: Problem[]) => Promise<readonly SolveResult[]>,
  runsOf: (problem: Problem) => PointRuns,
): Promise<readonly SolveResult[]> {
  const open = problems.filter((problem) => whyNotWeighed(problem) !== undefined);
  if (open.length === 0) return solve(problems);
  const without = open.map(withoutPriors);
  const noises = new Map<Problem, number | string>();
  const free = await solve(without);
  open.forEach((problem, i) => {
    const found = noiseOf(without[i]!, free[i]!, runsOf(problem));
    noises.set(problem, typeof found === "string" ? (problem.unshownNoise ?? found) : found);
  });
  const weighed = problems.flatMap((problem) => {
    const noise = noises.get(problem);
    return typeof noise === "string" ? [] : noise === undefined ? problem : { ...problem, noise };
  });
  const results = (await solve(weighed)).values();
  return problems.map((problem): SolveResult => {
    const noise = noises.get(problem);
    if (typeof noise === "string") return { skipped: { reason: noise } };
    const result = results.next().value!;
    if (noise === undefined || !("solution" in result)) return result;
    return { solution: { ...result.solution, noise } };
  });
}

/** Gives a problem the noise that was found when it was solved: all that is worked out from it afterwards has it. */
export function takeNoise(problem: Problem, result: SolveResult | undefined): void {
  if (result === undefined || !("solution" in result) || result.solution.noise === undefined) return;
  problem.noise = result.solution.noise;
}

function withoutPriors({ priors: _, ...problem }: Problem): Problem {
  return { ...problem, key: problemKey(problem) };
}

/** The noise of residuals by the fit without priors, or why it is not known. */
function noiseOf(problem: Problem, result: SolveResult, runs: PointRuns): number | string {
  if ("skipped" in result) return `it cannot be fitted without its priors: ${result.skipped.reason}; ${CURE}`;
  const { parameters, objective }: Solution = result.solution;
  if (!(objective > roundingNoise(problem)))
    return `without its priors the fit is perfect, and no noise is known; ${CURE}`;
  const fit = { problem, parameters, runs };
  const linear = linearise(fit);
  if ("reason" in linear) return `no noise is known without its priors: ${linear.reason}; ${CURE}`;
  const free = standingAs(standings(fit), "free").length;
  const left = linear.points - free;
  if (left <= 0)
    return `${linear.points} points for ${free} free parameters leave no residuals to know the noise by; ${CURE}`;
  return Math.sqrt((designEffect(linear) * influenceVariance(linear, left)) / meanSlope(linear));
}

/** How many points of a run, on average, say as much as an independent one (Kish, 1965). */
function designEffect(linear: LinearFit): number {
  const lengths = linear.runs.runLengths;
  const correlation = intraRunCorrelation(linear);
  if (typeof correlation !== "number") return 1;
  const typical = sum(lengths.map((length) => length ** 2)) / sum(lengths);
  return 1 + (typical - 1) * Math.min(1, Math.max(0, correlation));
}
