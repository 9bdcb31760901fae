import type { StartRange } from "../forms/form.ts";
import { inUnitOfResponse } from "../solve/loss.ts";
import { boundsOf, type Prior, type Problem } from "../solve/problem.ts";
import { startRangesOf } from "../solve/units.ts";
import { variance } from "../statistics.ts";

/** How much wider the prior is where the start range says only where a search begins, and the parameter may lie beyond. */
const BEYOND = 2;

/** A range above 0 whose ends are this many times apart is one of the logarithm. */
const WIDE = 30;

/** Share of the spread of the responses that stands for a residual where there are no more points than parameters. */
const UNSHOWN = 0.2;

/** Share of the spread of the responses by which nothing weighs but what the points leave open. */
const PERFECT = 1e-6;

/**
 * Weak priors by where a law's parameters are looked for: of each the mean and the standard deviation of an even distribution over its start
 * range, the deviation doubled where its bounds let it lie beyond; of the logarithm where the range is above 0 and wide. They keep parameters that few points leave open from running
 * away. A parameter that changes with others in another unit of the inputs, such as A in A/N^alpha of a form that is solved in units of its own, has none, and
 * one that is fixed.
 *
 * @returns the priors, and the noise that they are weighed by where residuals show none: a fifth of the spread of the responses if there are no
 * more points than parameters, else next to nothing, as the law goes through every point
 */
export function startPriors(
  problem: Omit<Problem, "key" | "priors">,
): Pick<Problem, "priors" | "unshownNoise"> {
  const { form, response, residual } = problem;
  const { lower, upper } = boundsOf(problem);
  const priors = startRangesOf({ ...problem, key: "" }).flatMap((range, p): Prior[] =>
    range === undefined || !(lower[p]! < upper[p]!)
      ? []
      : [{ parameter: form.parameterNames[p]!, ...within(range, lower[p]!, upper[p]!) }],
  );
  if (priors.length === 0) return {};
  const spread = Math.sqrt(variance(inUnitOfResponse(residual) ? response : response.map(Math.log)));
  const isFew = response.length <= form.parameterNames.length;
  return { priors, unshownNoise: (isFew ? UNSHOWN : PERFECT) * (spread || 1) };
}

function within([low, high]: StartRange, lower: number, upper: number): Omit<Prior, "parameter"> {
  const log = low > 0 && lower >= 0 && high / low >= WIDE;
  const [from, to] = log ? [Math.log(low), Math.log(high)] : [low, high];
  return {
    ...(log && { log }),
    centre: (from + to) / 2,
    sd: ((lower < low || upper > high ? BEYOND : 1) * (to - from)) / Math.sqrt(12),
  };
}
