import { linearise } from "../identifiability/linearise.ts";
import { leverages } from "../identifiability/parameter-errors.ts";
import { inUnitOfResponse } from "../solve/loss.ts";
import { fittedValues } from "../solve/objective.ts";
import { freeParameters, type Problem } from "../solve/problem.ts";
import { mean, sum } from "../statistics.ts";
import { firstPoints, type RunPoints } from "./schemes.ts";

/**
 * Residuals of a fit, response - fitted, of logarithms where the problem's are or are relative, over sigma where it has one; one a point, in three sizes. A fit takes
 * part of the noise up, so that raw residuals are smaller than the noise was: N points of R runs, P free parameters.
 */
export interface Residuals {
  /** As they are. */
  plain: Float64Array;
  /** Times sqrt(R/(R - 1) (N - 1)/(N - P)), the small-sample factor of clustered standard errors (CR1). */
  byRuns: Float64Array;
  /** Less their mean, times sqrt(N/(N - P)). */
  byPoints: Float64Array;
  /**
   * Standard deviations of what the runs have in common and of what is left: one-way random effects. Of responses with given errors and
   * the squared loss nothing in common, and 1.
   */
  betweenRuns: number;
  withinRuns: number;
}

/** The residuals of a problem at its fit. */
export function residualsOf(problem: Problem, parameters: Float64Array, points: RunPoints): Residuals {
  const fitted = fittedValues(problem, parameters);
  const isPlain = inUnitOfResponse(problem.residual);
  const plain = problem.response.map(
    (y, q) => (isPlain ? y - fitted[q]! : Math.log(y / fitted[q]!)) / (problem.sigma?.[q] ?? 1),
  );
  const free = fittedFreedom(problem, parameters, points);
  const resampled = firstPoints(points.runLengths).at(-1)!;
  const drawn = plain.subarray(0, resampled);
  const runs = points.runLengths.filter((length) => length > 0).length;
  const perPoint = Math.sqrt(ratio(resampled, resampled - free));
  const perRun = Math.sqrt(ratio(runs, runs - 1) * ratio(resampled - 1, resampled - free));
  const centre = mean(drawn);
  return {
    plain,
    byRuns: plain.map((e, q) => (q < resampled ? perRun * e : e)),
    byPoints: plain.map((e, q) => (q < resampled ? perPoint * (e - centre) : e)),
    // Standard errors that were given are the noise itself, as for the errors of the parameters.
    ...(problem.sigma !== undefined && problem.loss.kind === "squared"
      ? { betweenRuns: 0, withinRuns: 1 }
      : runEffects(drawn, points.runLengths, free)),
  };
}

/**
 * How much of the noise of the points a fit takes up: its free parameters, or less of those that priors know (the sum of the leverages).
 */
function fittedFreedom(problem: Problem, parameters: Float64Array, points: RunPoints): number {
  const free = freeParameters(problem);
  if (problem.priors === undefined) return free;
  const runs = { runs: points.runLengths.map(String), runLengths: points.runLengths };
  const linear = linearise({ problem, parameters, runs });
  return "reason" in linear ? free : sum(leverages(linear));
}

/**
 * The problem with the responses that are fitted + residual, and with priors about what was fitted: all that was measured is then drawn about the
 * fit. Points of no run are left as they are.
 */
export function withResiduals(
  problem: Problem,
  parameters: Float64Array,
  residual: Float64Array,
  resampled: number,
): Problem {
  const fitted = fittedValues(problem, parameters);
  const response = problem.response.map((y, q) => {
    if (q >= resampled) return y;
    const by = residual[q]! * (problem.sigma?.[q] ?? 1);
    return inUnitOfResponse(problem.residual) ? fitted[q]! + by : fitted[q]! * Math.exp(by);
  });
  const priors = problem.priors?.map((prior) => {
    const value = parameters[problem.form.parameterNames.indexOf(prior.parameter)]!;
    return { ...prior, centre: prior.log ? Math.log(value) : value };
  });
  return { ...problem, response, ...(priors && { priors }) };
}

/**
 * Standard deviations between and within runs by analysis of variance (Searle, Casella & McCulloch, 1992, section 3.6),
 * with P parameters taken from between the runs where there are more runs than parameters. With one point a run all is
 * within, over N - P.
 */
function runEffects(
  residual: Float64Array,
  runLengths: readonly number[],
  free: number,
): { betweenRuns: number; withinRuns: number } {
  const points = residual.length;
  const lengths = runLengths.filter((length) => length > 0);
  const runs = lengths.length;
  let total = 0;
  for (const e of residual) total += e * e;
  if (points === runs || runs < 2) {
    return { betweenRuns: 0, withinRuns: Math.sqrt(total / Math.max(1, points - free)) };
  }
  let between = 0;
  let first = 0;
  for (const length of lengths) {
    const sum = residual.subarray(first, first + length).reduce((all, e) => all + e, 0);
    between += sum ** 2 / length;
    first += length;
  }
  const within = (total - between) / (points - runs);
  const freedom = runs > free ? runs - free : runs - 1;
  const effective = (points - lengths.reduce((sum, length) => sum + length ** 2, 0) / points) / (runs - 1);
  return {
    betweenRuns: Math.sqrt(Math.max(0, (between / freedom - within) / effective)),
    withinRuns: Math.sqrt(Math.max(0, within)),
  };
}

/** a/b; 1 where there is nothing left to divide by. */
function ratio(a: number, b: number): number {
  return b > 0 && a > 0 ? a / b : 1;
}
