import { didYouMean } from "../errors.ts";
import { quantityOf } from "../forms/quantity.ts";
import type { Prior, Problem } from "../solve/problem.ts";
import type { ValueSet } from "./axis.ts";
import { NUMBER } from "./bounds.ts";
import { startPriors } from "./start-priors.ts";

/** Value of the axes of priors that means none. */
export const NO_PRIORS = "none";

/** Value of the axes of priors that means those of `startPriors`. */
export const START_PRIORS = "starts";

const PRIOR = new RegExp(
  `^(?:(?:log|ln)\\(\\s*(\\w+)\\s*\\)|(\\w+))\\s*=\\s*(${NUMBER})\\s*(?:\\+-|\\u00b1)\\s*(${NUMBER})$`,
);

/** The priors of a stage's parameters: none, or what is known of some. */
export const priorsValue: ValueSet<string> = {
  type: "string",
  allowed:
    'none, starts (weak ones about the start ranges), or centres and standard deviations such as "alpha=0.34+-0.05, log(E)=0.5+-0.1" (log is the natural logarithm; for +- there may be \u00b1)',
  words: [NO_PRIORS, START_PRIORS],
  read(given) {
    if (typeof given !== "string") return { problem: JSON.stringify(given) ?? String(given) };
    if (given === NO_PRIORS || given === START_PRIORS) return { value: given };
    const priors = parsePriors(given);
    if (priors === undefined) return { problem: JSON.stringify(given) };
    const flat = priors.find(({ sd }) => !(sd > 0));
    if (flat !== undefined) {
      return {
        problem: `${JSON.stringify(given)}: the standard deviation of ${flat.parameter} is ${flat.sd}, not above 0`,
      };
    }
    return { value: given };
  },
};

/** Reads priors, of quantities that may be no parameters of a form; undefined where the text is none. */
function parsePriors(text: string): Prior[] | undefined {
  const priors = text.split(",").map((part): Prior | undefined => {
    const [, logarithm, plain, centre, sd] = PRIOR.exec(part.trim()) ?? [];
    const parameter = logarithm ?? plain;
    if (parameter === undefined) return undefined;
    return {
      parameter,
      ...(logarithm !== undefined && { log: true }),
      centre: Number(centre),
      sd: Number(sd),
    };
  });
  return priors.every((prior) => prior !== undefined) ? priors : undefined;
}

/** A prior as `priorsValue` reads it. */
export const describePrior = ({ parameter, log, centre, sd }: Prior): string =>
  `${log ? `log(${parameter})` : parameter}=${centre}+-${sd}`;

/** The priors that a value of `priorsValue` means for a problem, or the reason why its form cannot have them. */
export function priorsFor(
  value: string,
  problem: Omit<Problem, "key" | "priors">,
): Pick<Problem, "priors" | "unshownNoise"> | { reason: string } {
  if (value === START_PRIORS) return startPriors(problem);
  const given = value === NO_PRIORS ? [] : (parsePriors(value) ?? []);
  if (given.length === 0) return {};
  const { form } = problem;
  const { parameterNames, record } = form;
  const priors: Prior[] = [];
  for (const prior of given) {
    const { parameter, log, centre, sd } = prior;
    const scale = parameterNames.find((own) => quantityOf(own, record.parameters[own]!) === parameter);
    const isOwn = parameterNames.includes(parameter);
    if (!isOwn && scale !== undefined && !log) {
      return {
        reason: `form ${form.name} has the logarithm of ${parameter}: a prior is of log(${parameter})`,
      };
    }
    if (!isOwn && scale === undefined) {
      const hint = didYouMean(parameter, parameterNames);
      return {
        reason: `form ${form.name} has no parameter ${parameter} for a prior, only ${parameterNames.join(", ")}${hint}`,
      };
    }
    const made = isOwn ? prior : { parameter: scale!, centre, sd };
    if (priors.some((other) => other.parameter === made.parameter))
      return { reason: `parameter ${made.parameter} of form ${form.name} has two priors` };
    priors.push(made);
  }
  return { priors };
}
