import { UserError } from "../errors.ts";
import type { Backend, Kernel } from "./kernel.ts";
import { influenceAt, residualAt, residualUnit, shapeOf } from "./loss.ts";
import { agreement, objectiveOf, roundingNoise } from "./objective.ts";
import { boundsOf, type Problem } from "./problem.ts";

/** A kernel gave a wrong answer, because a device, a driver or a compiler computes wrongly. None of its numbers is used. */
export class KernelError extends UserError {
  override name = "KernelError";
}

/** Objectives of exact fits are rounding errors, which scaling multiplies. */
const roundingOfUnits = 1e6;

/** Kernels take denormal numbers for 0, and sums of them. */
const denormal = 1e-300;

/** How far beyond a bound, relative to it or to 1, scaling may move a parameter. */
const boundTolerance = 1e-9;

/** The kinds of answers of each kernel that have been checked: those on the data, and those of each resampling scheme. */
const checked = new WeakMap<Kernel, Set<string>>();

/** Parameters and their objective, as a kernel returns them. */
interface Claim {
  parameters: Float64Array;
  objective: number;
}

/** The kind of an answer: of each kind the first is checked. */
interface AnswerKind {
  /** Scheme of the resampling; undefined for the data as they are. */
  scheme?: string;
  /** Number of the replicate, for messages. */
  replicate?: number;
}

/**
 * Checks the first answer of a kind: parameters lie within their bounds, and their objective, computed here from its definition, is
 * the one that the kernel returned. So a kernel that was compiled wrongly, or does nothing, never gives a result.
 *
 * @param problemOf returns the problem that was solved; of a replicate, the resampled one. Called only where it is needed
 * @throws KernelError where a parameter is outside its bounds, or the objectives differ
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
  const expected = objectiveOf(problem, parameters);
  const allowed =
    agreement * Math.max(expected, objective) + roundingOfUnits * roundingNoise(problem) + denormal;
  const apart = Math.abs(expected - objective);
  if (!(apart <= allowed || apart <= allowed + roundingOfParameters(problem, parameters))) {
    const { name } = problem.form;
    const fault =
      replicate === undefined
        ? `the kernel of form ${name} on ${description} gives parameters whose objective is ${expected}, and says that it is ${objective}`
        : `replicate ${replicate} of ${name} has parameters of objective ${expected}, and the kernel on ${description} says that it is ${objective}`;
    throw untrusted(fault);
  }
  done.add(scheme);
}

/**
 * What rounding of the parameters may make of their objective: much where large terms nearly cancel, as those of a polynomial of high degree
 * in a logarithm do.
 */
function roundingOfParameters(problem: Problem, parameters: Float64Array): number {
  const { form, variables, response, weights, sigma, residual, loss } = problem;
  const points = response.length;
  const values = new Float64Array(points);
  const design = new Float64Array(points * parameters.length);
  form.gradientAt(parameters, variables, values, design);
  const shape = shapeOf(loss);
  let sum = 0;
  for (let i = 0; i < points; i++) {
    const unit = sigma?.[i] ?? 1;
    const off = parameters.reduce((all, value, p) => all + Math.abs(value * design[p * points + i]!), 0);
    const rounding = (Number.EPSILON * off) / (residualUnit(residual, values[i]!, response[i]!) * unit);
    const pull = Math.abs(influenceAt(shape, residualAt(residual, values[i]!, response[i]!) / unit));
    sum += (weights?.[i] ?? 1) * rounding * (pull + rounding);
  }
  return sum;
}

/**
 * Checks that parameters lie within the bounds of their problem.
 *
 * @param parameters one row, or several, row-major
 * @throws KernelError that names the first parameter that does not
 */
export function checkBounds(problem: Problem, description: string, parameters: Float64Array): void {
  const { lower, upper } = boundsOf(problem);
  const width = lower.length;
  const slack = (bound: number): number => boundTolerance * Math.max(1, Math.abs(bound));
  const least = lower.map((bound) => bound - slack(bound));
  const most = upper.map((bound) => bound + slack(bound));
  let bad = -1;
  for (let row = 0; row < parameters.length && bad < 0; row += width) {
    for (let p = 0; p < width && bad < 0; p++) {
      const value = parameters[row + p]!;
      if (!(value >= least[p]! && value <= most[p]!)) bad = row + p;
    }
  }
  if (bad < 0) return;
  const { name, parameterNames } = problem.form;
  const p = bad % width;
  throw untrusted(
    `the kernel of form ${name} on ${description} gives ${parameterNames[p]} = ${parameters[bad]}, which is not within its bounds, ` +
      `${lower[p]} to ${upper[p]}`,
  );
}

function untrusted(fault: string): KernelError {
  return new KernelError(
    `${fault}: its results cannot be trusted; try another --backend, or another compiler ($CXX)`,
  );
}
