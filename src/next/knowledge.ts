import type { SolutionRows } from "../methods/method.ts";
import { inUnitOfResponse } from "../solve/loss.ts";
import { boundsOf, freeParameters, type Problem } from "../solve/problem.ts";
import { median } from "../statistics.ts";
import { type Noise, noiseOf } from "./noise.ts";
import type { Knowledge } from "./posterior.ts";

/** Variance of what a law gets wrong, over that of the noise of a run. */
export const MISFIT = 1;

/** Spreads of its draws that the prior of a parameter without bounds is wide. */
const WIDE = 10;

/**
 * What a fit tells of its law: the noise of a run by the residuals, the priors by the bounds. Modes are given later.
 *
 * @param draws of the parameters, for those without bounds
 */
export function knowledgeOf(
  problem: Problem,
  parameters: Float64Array,
  draws: SolutionRows,
): { knowledge: Omit<Knowledge, "modes">; noise: Noise } {
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
  const noise = noiseOf(residuals, responses, freeParameters(problem), loss.kind !== "squared");
  const typical = noise.variance * median(counted.map((i) => relative[i]!));
  return {
    noise: { ...noise, variance: typical },
    knowledge: {
      ...{ form, isLog, noise: typical, misfit: MISFIT * typical },
      runs: counted.map((i) => ({ inputs: inputs[i]!, noise: noise.variance * relative[i]! })),
      prior: priorOf(problem, parameters, draws),
    },
  };
}

/** Standard deviations of parameters before any run: the width of their bounds; without them that of the draws, many times. */
function priorOf(
  problem: Problem,
  parameters: Float64Array,
  { parameters: drawn, width, degenerate }: SolutionRows,
): Float64Array {
  const { lower, upper } = boundsOf(problem);
  return parameters.map((value, p) => {
    const between = upper[p]! - lower[p]!;
    if (Number.isFinite(between)) return between;
    const values = Array.from(degenerate.keys()).flatMap((r) =>
      degenerate[r] === 0 ? [drawn[r * width + p]!] : [],
    );
    const centre = median(values);
    const spread = median(values.map((other) => Math.abs(other - centre)));
    return WIDE * (spread > 0 ? spread : Math.abs(value) || 1);
  });
}
