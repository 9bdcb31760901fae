import { UserError } from "../errors.ts";
import type { Backend, Kernel } from "./kernel.ts";
import { agreement, objectiveOf, roundingNoise } from "./objective.ts";
import { boundsOf, type Problem } from "./problem.ts";

/** A kernel whose answer is not what it says: a device, a driver or a compiler that computes wrongly. No number comes of it. */
export class KernelError extends UserError {
  override name = "KernelError";
}

/** Objectives of perfect fits are rounding, which a change of units multiplies. */
const roundingOfUnits = 1e6;

/** How far beyond a bound, relative to it or to 1, a change of units may take a parameter. */
const boundTolerance = 1e-9;

/** What of each kernel has been checked: its plain answers, and those of each scheme of resamples. */
const checked = new WeakMap<Kernel, Set<string>>();

/** Parameters that a kernel gave, and what it says of them. */
export interface Claim {
  parameters: Float64Array;
  objective: number;
}

/** Which answers of a kernel one is the first of. */
export interface AnswerKind {
  /** Scheme of the resamples; undefined for the data as they are. */
  scheme?: string;
  /** Number of the replicate, for messages. */
  replicate?: number;
}

/**
 * Demands that parameters lie within bounds and, of the first answer of a kind, that their objective is what the kernel says: it is worked
 * out here from its definition. A kernel that was compiled wrongly, or does nothing, must not give a number.
 *
 * @param problemOf the problem that was solved; of a replicate, the resampled one. Asked for when it is needed
 * @throws KernelError where a parameter is out of its bounds, or the objectives differ
 */
export function checkAnswer(
  kernel: Kernel,
  { description }: Pick<Backend, "description">,
  problemOf: () => Problem,
  { parameters, objective }: Claim,
  { scheme = "", replicate }: AnswerKind = {},
): void {
  const done = checked.get(kernel) ?? new Set<string>();
  if (done.has(scheme)) return;
  checked.set(kernel, done);
  const problem = problemOf();
  checkBounds(problem, description, parameters);
  const own = objectiveOf(problem, parameters);
  const allowed = agreement * Math.max(own, objective) + roundingOfUnits * roundingNoise(problem);
  if (!(Math.abs(own - objective) <= allowed)) {
    const { name } = problem.form;
    const found =
      replicate === undefined
        ? `the kernel of form ${name} on ${description} gives parameters whose objective is ${own}, and says that it is ${objective}`
        : `replicate ${replicate} of ${name} has parameters of objective ${own}, and the kernel on ${description} says that it is ${objective}`;
    throw untrusted(found);
  }
  done.add(scheme);
}

/**
 * Demands that parameters lie within the bounds of their problem.
 *
 * @param parameters one row, or several, row-major
 * @throws KernelError at the first that does not
 */
export function checkBounds(problem: Problem, description: string, parameters: Float64Array): void {
  const { lower, upper } = boundsOf(problem);
  const width = lower.length;
  const slack = (bound: number): number => boundTolerance * Math.max(1, Math.abs(bound));
  const bad = parameters.findIndex((value, i) => {
    const [least, most] = [lower[i % width]!, upper[i % width]!];
    return !(value >= least - slack(least) && value <= most + slack(most));
  });
  if (bad < 0) return;
  const { name, parameterNames } = problem.form;
  const p = bad % width;
  throw untrusted(
    `the kernel of form ${name} on ${description} gives ${parameterNames[p]} = ${parameters[bad]}, which is not within its bounds, ` +
      `${lower[p]} to ${upper[p]}`,
  );
}

function untrusted(found: string): KernelError {
  return new KernelError(
    `${found}: it is not to be trusted; another --backend, or another compiler ($CXX), may do`,
  );
}
