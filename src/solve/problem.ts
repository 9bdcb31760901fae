import type { Form, StartRange } from "../forms/form.ts";

/** Loss of one residual r; the formulas are in docs/solver.md. `delta` is the residual at which Huber's loss turns from square to linear. */
export type Loss =
  | { kind: "squared" }
  | { kind: "huber"; delta: number }
  /** Huber's, times `over` where the prediction is too large. */
  | { kind: "asymmetric-huber"; delta: number; over: number }
  /** |r| */
  | { kind: "l1" }
  /** Of the quantile q: q |r| where the prediction is too small, (1 - q) |r| where it is too large. */
  | { kind: "quantile"; quantile: number };

/** Residual: prediction - response, ln(prediction) - ln(response), or (prediction - response) / response. */
export type Residual = "plain" | "log" | "relative";

/**
 * A Gaussian prior of one parameter in the user's coordinates, or of its natural logarithm: what is known of it without the points.
 * With bounds it is cut off at them.
 */
export interface Prior {
  /** Name of the parameter in the form. */
  parameter: string;
  /** Whether centre and standard deviation are of its logarithm. @default false */
  log?: boolean;
  centre: number;
  /** Standard deviation, > 0. */
  sd: number;
}

/**
 * One regression: a form, points, a loss, bounds, and how to start. Arrays are in the units of the table; the solver scales
 * them itself.
 */
export interface Problem {
  /** The law that is fitted. */
  form: Form;
  /** One array a variable of the form, each of length n points, in the user's coordinates. */
  variables: Float64Array[];
  /** Measured values, length n points. */
  response: Float64Array;
  /** Weight of each point's loss. @default all 1 */
  weights?: Float64Array;
  /** What the residual of each point is divided by before its loss is taken: its standard deviation, in the unit of the residuals. @default all 1 */
  sigma?: Float64Array;
  /** What is summed over the points, of each residual. */
  loss: Loss;
  /** What the loss is taken of. */
  residual: Residual;
  /** Bounds in the user's coordinates, one a parameter. Equal bounds fix a parameter. @default the form's */
  lower?: Float64Array;
  /** Upper bounds, as `lower`. @default the form's */
  upper?: Float64Array;
  /** At most one a parameter; each adds noise^2 ((p - centre) / sd)^2 / 2 to the objective. @default none */
  priors?: readonly Prior[];
  /**
   * Standard deviation of a residual, over its point's sigma, by which priors are weighed; of a loss that is not squared the root of the
   * influences' variance over their mean slope. @default none; a problem with priors is not solved without it
   */
  noise?: number;
  /** The noise in its place where it is taken from a fit without priors whose residuals show none. @default such a problem is not solved */
  unshownNoise?: number;
  /** Intervals of the random starts, one a parameter, in the user's coordinates. @default the form's `default` */
  startRange?: (readonly [number, number])[];
  /** Intervals of the grid of starts from the form's structure, one a parameter. @default those of the random starts */
  gridRange?: (readonly [number, number])[];
  /** Initial vectors given by the user, tried before the random ones; each of length parameters. */
  givenStarts?: Float64Array[];
  /**
   * Trains the form by Adam for a number of steps instead of solving by least squares; only with the squared loss and plain
   * residuals.
   */
  training?: Training;
  /** Identifies the problem, and with the seed its random starts: any string, usually a hash of the content. */
  key: string;
  /**
   * Identifies the random starts in place of `key`. The same points in another unit are another key, and from other starts a
   * problem of many minima may end in another one. @default the key
   */
  startKey?: string;
}

/**
 * Adam (Kingma and Ba, 2015) on the mean of the squared residuals, all points at every step, with the decay of the
 * weights added to the gradient; moments decay by 0.9 and 0.999, epsilon is 1e-8.
 */
export interface Training {
  /** Steps, a whole number >= 1. */
  steps: number;
  /** Learning rate of the first step; it falls linearly to 0 after the last. */
  learningRate: number;
  /** Multiplies the parameters, and is added to the gradient; >= 0. */
  weightDecay: number;
}

/**
 * Why the solver stopped, in the order of the kernels' codes (kernels/judge.hpp, kernels/train.hpp), then `limit`, which the host
 * finds: a value, never an exception. `docs/solver.md` has a sentence of advice for each.
 */
export const terminations = [
  "gradient", // scaled projected gradient below tolerance
  "objective", // objective no longer falls, relative to itself
  "iterations", // limit of iterations reached
  "stalled", // no step lowers the objective and the gradient is not small
  "undefined", // objective not finite at the start
  "trained", // all steps of its training made
  "limit", // nothing lower was in reach at a limit of the form, which its parameters reach only at infinity
] as const;

export type Termination = (typeof terminations)[number];

/** Whether a search ended because nothing lower was in reach; training is not meant to. */
export function hasConverged(termination: Termination): boolean {
  return termination !== "iterations" && termination !== "stalled" && termination !== "undefined";
}

/** The best fit of one problem over all its starts, and its diagnosis. */
export interface Solution {
  /** Parameters in the user's coordinates, in the form's order. */
  parameters: Float64Array;
  /** The same by name: `{ E: 1.7, alpha: 0.34 }`. */
  estimates: Readonly<Record<string, number>>;
  /** Sum over points of weight * loss(residual), and what priors add to it. */
  objective: number;
  /** The noise that priors were weighed by, where it was taken from the residuals of the fit without them. */
  noise?: number;
  /** Largest element of the projected gradient, scaled by parameter scale and objective; unitless. */
  gradientNorm: number;
  /** Iterations of the best start; of a trained problem, its steps. */
  iterations: number;
  /** Why the best start stopped; docs/solver.md has advice for each. */
  termination: Termination;
  /** Names of the parameters on a bound, with the side. */
  activeBounds: { parameter: string; side: "lower" | "upper" }[];
  /** Points of the problem. */
  points: number;
  /** Starts that were made, of all kinds. */
  starts: number;
  /** Share of the starts whose objective is within 1e-6 relative of the best; of a trained problem, within 1e-2. */
  startAgreement: number;
  /** Sum of the iterations of all starts. */
  totalIterations: number;
  /** Lowest objective over the cells of the grid that starts were taken from (docs/solver.md); absent where there was none. */
  lowestCell?: number;
  /**
   * Condition number of the scaled Gauss-Newton matrix at the solution. Above 1e10 the minimum is a flat valley: the objective
   * is nearly the same along a line of parameters.
   */
  conditionNumber: number;
  /** Names of the parameters with a large part in the flattest direction, if the valley is flat; else empty. */
  flatDirection: string[];
  /**
   * Parameters at which other starts ended with the same objective, where the valley is nearly flat or an input does not vary:
   * of each parameter the ends with its least and its largest value, among the first starts.
   */
  alternatives?: Float64Array[];
}

/** The ends of all starts of one problem, in the order of the starts; for benchmarks and diagnosis. */
export interface StartResults {
  /** Objective at the end of each start. */
  objective: Float64Array;
  /** Scaled projected gradient norm. */
  gradientNorm: Float64Array;
  /** Iterations of each start. */
  iterations: Int32Array;
  /** Index into `terminations`. */
  termination: Uint8Array;
  /** Starts x parameters, row-major, in the user's coordinates. */
  parameters: Float64Array;
}

/** Why a problem was not solved: a row of the table `problems_skipped`. */
interface Skipped {
  reason: string;
}

export type SolveResult = { solution: Solution } | { skipped: Skipped };

/** How many kernels were used: one for each form, kind of residual and loss, or training; of WebAssembly one for each form. */
export interface KernelCounts {
  kernels: number;
  /** Those that had to be compiled, because neither the cache nor the package had them. */
  compiled: number;
}

/**
 * What chooses a backend: its name, or `auto` for the first of cuda, native and portable that works on this machine, or `cpu`
 * for the first of native and portable. tfjs is taken by its name alone.
 */
export const backendChoices = ["auto", "cuda", "cpu", "native", "portable", "tfjs"] as const;

export type BackendChoice = (typeof backendChoices)[number];

/**
 * How kernels are made: `compiled` for each form; `interpreted`, where one kernel reads the form that it is to fit, and no form waits for a
 * compiler; `auto`, which interprets a user's form where the interpreter is there already, its own kernel is not, and the work is too little for
 * compiling to pay. All give the same bits.
 */
export type KernelChoice = "compiled" | "interpreted" | "auto";

/** A backend, by what it solves with. */
export type BackendName = Exclude<BackendChoice, "auto" | "cpu">;

export interface SolveOptions {
  /** Random starts of each problem: a number, or as many as its ends ask for (docs/solver.md). @default "auto" */
  starts?: number | "auto";
  /** Points up to which starts are taken from a form's structure too, where there are random ones. @default any number of points */
  structuredPoints?: number;
  /** A whole number of 32 bits. @default 0 */
  seed?: number;
  /** @default "auto" */
  backend?: BackendChoice;
  /** Limit of iterations of one start; a trained problem makes all its steps. @default 600 */
  iterationLimit?: number;
  /** Threads of the cpu's backends. @default all cores */
  threads?: number;
  /** How kernels are made; read when a backend is opened. @default "compiled" */
  kernels?: KernelChoice;
  /**
   * Called before anything is solved with a description of the backend (device, compiler, instruction set, threads), and with
   * the reason against each backend that `auto` or `cpu` tried before it: "cuda: ...".
   */
  onBackend?: (description: string, passedOver: readonly string[]) => void;
  /** Resampling under which the problems will be solved later: its kernels are compiled with theirs. @default none */
  resampling?: "reweighted" | "moved" | undefined;
  /** Number of resamples, where there is a resampling: whether a kernel pays depends on it. @default more than can be interpreted */
  resamples?: number | undefined;
  /** Called before kernels are compiled, with the name of the form of each. */
  onCompile?: (kernels: readonly string[]) => void;
  /** Called at the end with the number of kernels that the problems needed. */
  onKernels?: (counts: KernelCounts) => void;
  /** Called with a line for each event that changes no result, such as a GPU that failed and whose problems the cpu solves. */
  onWarning?: (line: string) => void;
  /** Called as problems finish. */
  onProgress?: (done: number, total: number) => void;
  /** Called with each result that is solved, not with those that were kept from before. */
  onSolved?: (problem: Problem, result: SolveResult) => void;
}

/** Bounds in the user's coordinates: the problem's, or those of its form. */
export function boundsOf({
  form,
  lower = form.lower,
  upper = form.upper,
}: Pick<Problem, "form" | "lower" | "upper">): {
  lower: Float64Array;
  upper: Float64Array;
} {
  return { lower, upper };
}

/** The part of an interval of starts that lies within bounds; if none does, the interval of the bounds, or a part of it at its finite end. */
export function startWithin([low, high]: StartRange, lower: number, upper: number): StartRange {
  if (low <= upper && high >= lower) return [Math.max(low, lower), Math.min(high, upper)];
  if (Number.isFinite(lower) && Number.isFinite(upper)) return [lower, upper];
  return high < lower ? [lower, lower + (high - low)] : [upper - (high - low), upper];
}

/** Number of parameters whose bounds differ; equal bounds fix a parameter. */
export function freeParameters(problem: Pick<Problem, "form" | "lower" | "upper">): number {
  const { lower, upper } = boundsOf(problem);
  return problem.form.parameterNames.filter((_, p) => lower[p]! < upper[p]!).length;
}
