import { UserError } from "../errors.ts";
import { whyNoPriors } from "./priors.ts";
import { boundsOf, type Loss, type Problem, type SolveOptions, type Training } from "./problem.ts";

/** The values that each option of a training may have. */
const rules: readonly {
  name: keyof Training;
  isAllowed: (value: number) => boolean;
  allowed: string;
}[] = [
  {
    name: "steps",
    isAllowed: (value) => Number.isInteger(value) && value >= 1 && value < 2 ** 31,
    allowed: `a whole number from 1 to ${2 ** 31 - 1}`,
  },
  { name: "learningRate", isAllowed: isNotNegative, allowed: "a number >= 0" },
  { name: "weightDecay", isAllowed: isNotNegative, allowed: "a number >= 0" },
];

function isNotNegative(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

/** Checks the options of a training, where there is one. @throws UserError that names the option, its value and what is allowed */
export function checkTraining({ training }: Pick<Problem, "training">): void {
  if (training === undefined) return;
  for (const { name, isAllowed, allowed } of rules) {
    if (!isAllowed(training[name])) {
      throw new UserError(`training.${name}: ${training[name]} is not allowed; ${allowed}`);
    }
  }
}

/** The reason why a problem cannot be trained; undefined where it can, or is to be solved by least squares. */
export function whyUntrainable({ training, loss, residual, sigma }: Problem): string | undefined {
  if (training === undefined) return undefined;
  if (loss.kind !== "squared") return `training takes the squared loss, not ${loss.kind}`;
  if (residual === "log") return "training takes plain residuals, not those of logarithms";
  if (residual !== "plain") return `training takes plain residuals, not ${residual} ones`;
  if (sigma !== undefined) return "training takes weights, and no sigma";
  return undefined;
}

/**
 * Largest number of parameters of least squares: the matrix of a step and all second derivatives at sixteen points are kept in a
 * thread's memory, and the kernel's source grows with the cube of the number.
 */
const mostSolvedParameters = 64;

/** Weights below it, times losses, come near the least numbers that a kernel tells apart. */
const LEAST_WEIGHT = 1e-100;

/**
 * The reason why a problem cannot be solved, a sentence of the table `problems_skipped`; undefined where it can.
 *
 * @throws UserError for an option of its training that is out of range
 */
export function whyUnsolvable(problem: Problem): string | undefined {
  const { form, variables, response, weights, sigma, loss, residual, training } = problem;
  checkTraining(problem);
  const untrainable = whyUntrainable(problem);
  if (untrainable) return untrainable;
  if (!training && form.parameterNames.length > mostSolvedParameters) {
    return (
      `form ${form.name} has ${form.parameterNames.length} parameters; least squares takes at most ` +
      `${mostSolvedParameters}, training any number`
    );
  }
  const { lower, upper } = boundsOf(problem);
  const names = form.parameterNames;
  const badBound = names.findIndex((_, i) => !(lower[i]! <= upper[i]!));
  if (badBound >= 0) {
    return `bounds of ${names[badBound]} are the wrong way round: lower ${lower[badBound]}, upper ${upper[badBound]}`;
  }
  if (variables.length !== form.variableNames.length) {
    return `form ${form.name} takes ${form.variableNames.length} variables (${form.variableNames.join(", ")}), not ${variables.length}`;
  }
  const uneven = variables.findIndex((variable) => variable.length !== response.length);
  if (uneven >= 0) {
    return `${form.variableNames[uneven]} has ${variables[uneven]!.length} values for ${response.length} points`;
  }
  const range = problem.startRange;
  if (range && range.length !== names.length)
    return `${range.length} start ranges for ${names.length} parameters`;
  const start = problem.givenStarts?.find((given) => given.length !== names.length);
  if (start) return `a given start has ${start.length} values for ${names.length} parameters`;
  const fault = whyNoLoss(loss) ?? whyNoPriors(problem);
  if (fault) return fault;
  if (response.length === 0) return "no points";
  const free = names.filter((_, i) => lower[i]! < upper[i]!).length;
  const used = weights ? weights.reduce((count, w) => count + (w > 0 ? 1 : 0), 0) : response.length;
  // Training with weight decay has a solution with fewer points than parameters.
  // What is known of a parameter without the points stands for a point, where it can be weighed.
  const known = problem.noise === undefined ? 0 : (problem.priors?.length ?? 0);
  if (!training && used + known < free)
    return `${used} points for ${free} free parameters of form ${form.name}`;
  if (training && used === 0) return "every point has weight 0";
  if (finite.has(problem)) return undefined;
  if (weights) {
    if (weights.length !== response.length) return `${weights.length} weights for ${response.length} points`;
    const bad = weights.findIndex((w) => !(w >= 0 && Number.isFinite(w)));
    if (bad >= 0) return `weight ${weights[bad]} at point ${bad + 1}; weights are finite and not negative`;
    const most = weights.reduce((largest, w) => Math.max(largest, w), 0);
    if (most < LEAST_WEIGHT)
      return `the largest weight is ${most}, at which rounding decides; multiply all weights by one number`;
  }
  if (sigma) {
    if (sigma.length !== response.length) return `${sigma.length} sigmas for ${response.length} points`;
    const bad = firstBad(sigma, true);
    if (bad >= 0)
      return `sigma ${sigma[bad]} at point ${bad + 1}; residuals are divided by it, so it is finite and > 0`;
  }
  const bad = firstBad(response, residual !== "plain");
  if (bad >= 0) {
    const where = `response ${response[bad]} at point ${bad + 1}`;
    const use = residual === "log" ? "its logarithm is taken" : "residuals are relative to it";
    return Number.isFinite(response[bad]) ? `${where}: ${use}, so it must be > 0` : `${where} is not finite`;
  }
  const undefinedAt = form
    .columnsAt(variables, response.length)
    .map((column) => firstBad(column))
    .filter((i) => i >= 0);
  if (undefinedAt.length > 0) {
    const i = Math.min(...undefinedAt);
    const at = form.variableNames.map((name, v) => `${name} = ${variables[v]![i]}`).join(", ");
    return `form ${form.name} is not defined at point ${i + 1} (${at})`;
  }
  finite.add(problem);
  return undefined;
}

/** Problems whose numbers, which do not change, were looked at and are as they must be: a problem is checked several times. */
const finite = new WeakSet<Problem>();

/** What is wrong with the numbers of a loss. */
function whyNoLoss(loss: Loss): string | undefined {
  if ("delta" in loss && !(loss.delta > 0)) {
    const name = loss.kind === "huber" ? "Huber" : loss.kind;
    return `delta of the ${name} loss is ${loss.delta}; it must be > 0`;
  }
  if ("over" in loss && !(loss.over > 0 && Number.isFinite(loss.over)))
    return `over of the ${loss.kind} loss is ${loss.over}; it must be > 0 and finite`;
  if ("quantile" in loss && !(loss.quantile > 0 && loss.quantile < 1))
    return `the quantile of the loss is ${loss.quantile}; it must be between 0 and 1`;
  return undefined;
}

/** Place of the first number that is not finite, or not positive where it must be; -1 where there is none. */
function firstBad(values: Float64Array, isPositive = false): number {
  for (let i = 0; i < values.length; ++i) {
    if (!Number.isFinite(values[i]) || (isPositive && values[i]! <= 0)) return i;
  }
  return -1;
}

/** The key of the random numbers has 32 bits of the seed: a larger seed would act as a smaller one. */
export const maxSeed = 2 ** 32 - 1;

/** Least and largest value of each option that is a whole number. */
const ranges = {
  starts: [0, 2 ** 31 - 1],
  seed: [0, maxSeed],
  iterationLimit: [1, 2 ** 31 - 1],
} as const satisfies Partial<Record<keyof SolveOptions, readonly [number, number]>>;

/** Checks the options that are numbers. @throws UserError that names the option, its value and what is allowed */
export function checkOptions(options: SolveOptions): void {
  for (const name of Object.keys(ranges) as (keyof typeof ranges)[]) {
    const value = options[name];
    const [low, high] = ranges[name];
    if (value === undefined || (name === "starts" && value === "auto")) continue;
    if (!(Number.isInteger(value) && Number(value) >= low && Number(value) <= high)) {
      const word = name === "starts" ? "auto, or " : "";
      throw new UserError(`${name}: ${value} is not allowed; ${word}a whole number from ${low} to ${high}`);
    }
  }
}
