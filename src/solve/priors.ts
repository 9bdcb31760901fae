import type { Form } from "../forms/form.ts";
import { isAbsolute } from "./loss.ts";
import type { Prior, Problem } from "./problem.ts";
import { randomKey } from "./resampling.ts";

/** What a problem's priors are told by. */
type WithPriors = Pick<Problem, "form" | "priors" | "noise">;

/** A prior's residual at some parameters, of which half the square is its penalty. */
export interface PriorResidual {
  /** Place of its parameter. */
  parameter: number;
  /** noise * (p - centre) / sd. */
  residual: number;
  /** Derivative of the residual by the parameter. */
  slope: number;
  /** Second derivative of the residual by the parameter. */
  bend: number;
}

/**
 * The residuals of a problem's priors; none where it has none.
 *
 * @throws RangeError where the noise is not known: a penalty without it would be another one
 */
export function priorResiduals(problem: WithPriors, at: Float64Array): PriorResidual[] {
  const { form, priors = [], noise } = problem;
  const unknown = whyNotWeighed(problem);
  if (unknown !== undefined) throw new RangeError(unknown);
  return priors.map(({ parameter, log, centre, sd }) => {
    const p = form.parameterNames.indexOf(parameter);
    const unit = noise! / sd;
    const value = at[p]!;
    return {
      parameter: p,
      residual: unit * ((log ? Math.log(value) : value) - centre),
      slope: log ? unit / value : unit,
      bend: log ? -unit / value ** 2 : 0,
    };
  });
}

/** What priors add to the objective: half the sum of their squared residuals. NaN where a logarithm does not exist. */
export function penaltyAt(problem: WithPriors, parameters: Float64Array): number {
  return priorResiduals(problem, parameters).reduce((sum, { residual }) => sum + residual ** 2 / 2, 0);
}

/**
 * Priors in other units, in which a parameter alone says what it is.
 *
 * @param convert one value of one parameter; NaN where it depends on others
 * @returns undefined where some prior would be of several parameters, or of another shape
 */
export function convertedPriors(
  priors: readonly Prior[],
  form: Form,
  convert: (parameter: number, value: number) => number,
): Prior[] | undefined {
  const converted = priors.map((prior): Prior | undefined => {
    const p = form.parameterNames.indexOf(prior.parameter);
    const read = (x: number): number => (prior.log ? Math.log(convert(p, Math.exp(x))) : convert(p, x));
    // Any step does where the conversion is straight; about 1 for a logarithm, which may not be too large for a power.
    const step = prior.log ? 1 : Math.abs(prior.centre) || 1;
    const [below, centre, above] = [-step, 0, step].map((by) => read(prior.centre + by)) as [
      number,
      number,
      number,
    ];
    const isStraight = Math.abs(above + below - 2 * centre) <= bent * Math.abs(above - below);
    if (!isStraight) return undefined;
    return { ...prior, centre, sd: (prior.sd * Math.abs(above - below)) / (2 * step) };
  });
  return converted.every((prior) => prior !== undefined) ? converted : undefined;
}

/** How far three points may be from a straight line, relative to their distance, by rounding. */
const bent = 1e-9;

/** The priors as the kernels take them (kernels/request.hpp), five numbers a parameter; none where there is no prior. */
export function packPriors(problem: WithPriors): Float64Array {
  const { form, priors = [], noise } = problem;
  if (priors.length === 0) return new Float64Array(0);
  const unknown = whyNotWeighed(problem);
  if (unknown !== undefined) throw new RangeError(unknown);
  const width = form.parameterNames.length;
  const packed = new Float64Array(priorNumbers * width);
  for (const { parameter, log, centre, sd } of priors) {
    const p = form.parameterNames.indexOf(parameter);
    const numbers = [centre, (noise! / sd) ** 2, sd, log ? 1 : 0, priorNumber(parameter, form)];
    numbers.forEach((number, k) => {
      packed[k * width + p] = number;
    });
  }
  return packed;
}

/** How many numbers tell the prior of a parameter (kernels/request.hpp). */
export const priorNumbers = 5;

/** By which a prior is told from those of other parameters when its centre is drawn. */
export const priorNumber = (parameter: string, { output, variableNames }: Form): number =>
  randomKey(`${output} ${variableNames.join(" ")} ${parameter}`);

/**
 * The least value of a parameter whose logarithm has a prior: so far below it that no fit comes near, and above 0, where there is no
 * logarithm.
 */
export function leastWithPrior(
  { priors = [] }: Pick<Problem, "priors">,
  parameter: string,
  lower: number,
): number {
  const prior = priors.find(({ parameter: own, log }) => log && own === parameter);
  return prior === undefined ? lower : Math.max(lower, Math.exp(prior.centre - farBelow * prior.sd), 1e-290);
}

const farBelow = 30;

/** Why priors cannot be weighed, if so. */
export const whyNotWeighed = ({
  priors = [],
  noise,
}: Pick<Problem, "priors" | "noise">): string | undefined =>
  priors.length > 0 && noise === undefined
    ? "the noise of the residuals is not known, by which its priors would be weighed"
    : undefined;

/** The reason why a problem cannot have its priors, if so. */
export function whyNoPriors(problem: Problem): string | undefined {
  const { form, priors = [], noise, loss, training } = problem;
  if (priors.length === 0) return undefined;
  if (training !== undefined) return "a network that is trained has weight decay, and no priors";
  if (isAbsolute(loss)) {
    return `priors take a loss that is squared near 0 (squared, huber, asymmetric-huber): ${loss.kind} has no noise to weigh them by`;
  }
  if (noise !== undefined && !(noise > 0 && Number.isFinite(noise))) {
    return `the noise of residuals is ${noise}; priors are weighed by it, so it is finite and > 0`;
  }
  const names = priors.map(({ parameter }) => parameter);
  for (const [i, { parameter, log, centre, sd }] of priors.entries()) {
    const p = form.parameterNames.indexOf(parameter);
    if (p < 0)
      return `form ${form.name} has no parameter ${parameter} for a prior, only ${form.parameterNames.join(", ")}`;
    if (names.indexOf(parameter) !== i) return `parameter ${parameter} has two priors`;
    if (!Number.isFinite(centre)) return `the prior of ${parameter} has the centre ${centre}; it is finite`;
    if (!(sd > 0 && Number.isFinite(sd)))
      return `the prior of ${parameter} has the standard deviation ${sd}; it is finite and > 0`;
    const upper = (problem.upper ?? form.upper)[p]!;
    if (log && !(upper > 0)) return `${parameter} is at most ${upper}: there is no logarithm to have a prior`;
  }
  return undefined;
}
