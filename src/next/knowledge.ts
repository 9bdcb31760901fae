import type { SolutionRows } from "../methods/method.ts";
import { inUnitOfResponse } from "../solve/loss.ts";
import { boundsOf, freeParameters, type Problem } from "../solve/problem.ts";
import { median } from "../statistics.ts";
import { type Noise, noiseOf, UNSHOWN } from "./noise.ts";
import type { Knowledge } from "./posterior.ts";

/** Spreads of its draws that the prior of a parameter without bounds is wide. */
const WIDE = 10;

/** What a fit tells of its law; the modes are found with it. */
export interface FitKnowledge {
  /** As the law and the residuals say. */
  told: Omit<Knowledge, "modes">;
  /**
   * For choosing batches: the noise of a run is a fifth of the spread of what was measured at least, and the law is wrong by as much, in the same
   * direction at near runs. A law that fits its runs closely may be wrong beyond them all the same.
   */
  wary: Omit<Knowledge, "modes">;
  noise: Noise;
}

/**
 * What a fit tells of its law: the noise of a run by the residuals, the priors by the bounds.
 *
 * @param draws of the parameters, for those without bounds
 */
export function knowledgeOf(problem: Problem, parameters: Float64Array, draws: SolutionRows): FitKnowledge {
  const { form, variables, response, weights, sigma, loss } = problem;
  const isLog = !inUnitOfResponse(problem.residual);
  const known = (value: number) => (isLog ? Math.log(value) : value);
  const inputs = Array.from(response, (_, i) => variables.map((values) => values[i]!));
  // What the variance of a point is to that of a run of weight 1, or of an error of 1.
  const relative = response.map((_, i) => (sigma?.[i] ?? 1) ** 2 / (weights?.[i] ?? 1));
  const fits = inputs.map((at, i) =>
    relative[i]! < Number.POSITIVE_INFINITY ? form.value(parameters, at) : Number.NaN,
  );
  const counted = [...fits.keys()].filter((i) => Number.isFinite(fits[i]));
  const residuals = Float64Array.from(
    counted,
    (i) => (known(fits[i]!) - known(response[i]!)) / Math.sqrt(relative[i]!),
  );
  const responses = Float64Array.from(counted, (i) => known(response[i]!) / Math.sqrt(relative[i]!));
  const byResiduals = noiseOf(residuals, responses, freeParameters(problem), loss.kind !== "squared");
  // Given errors are taken as they are, as for the errors of the parameters.
  const isGiven = sigma !== undefined && loss.kind === "squared";
  const noise = isGiven
    ? { variance: 1, freedom: Number.NaN, spread: byResiduals.spread, isShown: true }
    : byResiduals;
  const typical = median(counted.map((i) => relative[i]!));
  const prior = priorOf(problem, parameters, noise.isShown ? draws : undefined);
  const withNoise = (variance: number, discrepancy: number): Omit<Knowledge, "modes"> => ({
    ...{ form, isLog, prior, discrepancy, noise: variance * typical },
    runs: counted.map((i) => ({ inputs: inputs[i]!, noise: variance * relative[i]! })),
  });
  const least = Math.max(noise.variance, UNSHOWN * UNSHOWN * noise.spread);
  return {
    told: withNoise(noise.variance, 0),
    wary: withNoise(least, least * typical),
    noise: { ...noise, variance: noise.variance * typical },
  };
}

/**
 * Standard deviations of parameters before any run: of their priors, else the width of their bounds; without them that of the draws, many times.
 *
 * @param draws undefined where the runs show no noise, so that draws of it tell nothing
 */
function priorOf(problem: Problem, parameters: Float64Array, draws: SolutionRows | undefined): Float64Array {
  const { lower, upper } = boundsOf(problem);
  const { form, priors = [] } = problem;
  return parameters.map((value, p) => {
    const known = priors.find(({ parameter }) => parameter === form.parameterNames[p]);
    if (known !== undefined) return known.sd * (known.log ? Math.abs(value) : 1);
    const between = upper[p]! - lower[p]!;
    if (Number.isFinite(between)) return between;
    const { degenerate = [], parameters: drawn, width = 0 } = draws ?? {};
    const values = Array.from(degenerate.keys()).flatMap((r) =>
      degenerate[r] === 0 ? [drawn![r * width + p]!] : [],
    );
    const centre = median(values);
    const spread = median(values.map((other) => Math.abs(other - centre)));
    return WIDE * (spread > 0 ? spread : Math.abs(value) || 1);
  });
}
