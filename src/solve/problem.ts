import type { Form, StartRange } from "../forms/form.ts";

/** Loss of one residual. `delta` is the residual at which Huber's loss turns from square to linear. */
export type Loss = { kind: "squared" } | { kind: "huber"; delta: number };

/** Residual: prediction - response, or ln(prediction) - ln(response). */
export type Residual = "plain" | "log";

/** One regression, after de-duplication: points + form + loss + bounds, and how to start. */
export interface Problem {
  form: Form;
  /** One array a variable of the form, each of length n points, in the user's coordinates. */
  variables: Float64Array[];
  /** Measured values, length n points. */
  response: Float64Array;
  /** Weight of each point's loss. @default all 1 */
  weights?: Float64Array;
  loss: Loss;
  residual: Residual;
  /** Bounds in the user's coordinates, one a parameter. Equal bounds fix a parameter. @default the form's */
  lower?: Float64Array;
  upper?: Float64Array;
  /** Intervals of the random starts, one a parameter, in the user's coordinates. @default the form's `default` */
  startRange?: (readonly [number, number])[];
  /** Initial vectors given by the user, tried before the random ones; each of length parameters. */
  givenStarts?: Float64Array[];
  /**
   * Trained by Adam for a number of steps instead of solved by least squares; with the squared loss and plain residuals
   * alone.
   */
  training?: Training;
  /** Identity for the random numbers: any string that names the problem (hash of its content). */
  key: string;
  /**
   * Names the random starts where the key must not: a problem of many minima would be answered by another one for the same
   * points in another unit. @default the key
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
  /** Of the first step; falls linearly to 0 after the last. */
  learningRate: number;
  /** Added to the gradient, times the parameters; >= 0. */
  weightDecay: number;
}

/** Why the solver stopped: a value, never an exception. `docs/solver.md` has a sentence of advice for each. */
export type Termination =
  | "gradient" // scaled projected gradient below tolerance
  | "objective" // objective no longer falls, relative to itself
  | "iterations" // limit of iterations reached
  | "trained" // all steps of its training made
  | "stalled" // no step lowers the objective and the gradient is not small
  | "undefined"; // objective not finite at the start

/** The best of all starts of one problem, and what is known of it. */
export interface Solution {
  /** Parameters in the user's coordinates, in the form's order. */
  parameters: Float64Array;
  /** Sum over points of weight * loss(residual). */
  objective: number;
  /** Largest element of the projected gradient, scaled by parameter scale and objective; unitless. */
  gradientNorm: number;
  /** Iterations of the best start; of a trained problem, its steps. */
  iterations: number;
  termination: Termination;
  /** Names of the parameters that sit on a bound, with the side. */
  activeBounds: { parameter: string; side: "lower" | "upper" }[];
  points: number;
  starts: number;
  /** Share of the starts whose objective is within 1e-6 relative of the best; of a trained problem, within 1e-2. */
  startAgreement: number;
  /** Sum of the iterations of all starts. */
  totalIterations: number;
  /**
   * Condition number of the scaled Gauss-Newton matrix at the solution; large (> 1e10) means a flat valley:
   * the objective is nearly the same along a line of parameters.
   */
  conditionNumber: number;
  /** Names of the parameters with large weight in the flattest direction, when the valley is flat; else empty. */
  flatDirection: string[];
  /**
   * Of a nearly flat valley, or where an input does not vary, parameters at which other starts ended with the same objective: those with the least and the largest value
   * of each parameter, of the first starts.
   */
  alternatives?: Float64Array[];
}

/** Every start of one problem, in start order; for benchmarks and start diagnostics. */
export interface StartResults {
  objective: Float64Array;
  /** Scaled projected gradient norm. */
  gradientNorm: Float64Array;
  iterations: Int32Array;
  /** Index into `terminations`. */
  termination: Uint8Array;
  /** starts x parameters, row-major, the user's coordinates. */
  parameters: Float64Array;
}

/** Why a problem was not solved; becomes a row of `problems_skipped`. */
interface Skipped {
  reason: string;
}

export type SolveResult = { solution: Solution } | { skipped: Skipped };

/** Kernels that were used: one for each form, kind of residual and loss (of WebAssembly, one for each form), or training. */
export interface KernelCounts {
  kernels: number;
  /** Those that were compiled for it, and not found in the cache or the package. */
  compiled: number;
}

/**
 * What chooses a backend: its name, or `auto` for the first of cuda, native and portable that works on this machine, or `cpu`
 * for the first of native and portable. tfjs is taken by its name alone.
 */
export const backendChoices = ["auto", "cuda", "cpu", "native", "portable", "tfjs"] as const;

export type BackendChoice = (typeof backendChoices)[number];

/** A backend, by what it solves with. */
export type BackendName = Exclude<BackendChoice, "auto" | "cpu">;

export interface SolveOptions {
  /** Random starts of each problem. @default 256 */
  starts?: number;
  /** A whole number of 32 bits. @default 0 */
  seed?: number;
  /** @default "auto" */
  backend?: BackendChoice;
  /** Limit of iterations of one start; a trained problem makes all its steps. @default 600 */
  iterationLimit?: number;
  /** Threads of the cpu's backends. @default all cores */
  threads?: number;
  /**
   * Told, before anything is solved, what solves (device, compiler, instruction set, threads), and of `auto` and `cpu` why
   * not each backend that goes before it: "cuda: ...".
   */
  onBackend?: (description: string, passedOver: readonly string[]) => void;
  /** Told at the end how many kernels the problems needed. */
  onKernels?: (counts: KernelCounts) => void;
  /** Told, a line each, what did not go as planned but lost nothing: a GPU that failed, solved on the cpu instead. */
  onWarning?: (line: string) => void;
  /** Called as problems finish. */
  onProgress?: (done: number, total: number) => void;
}

/** Bounds in the user's coordinates, the form's where the problem has none of its own. */
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

/** The part of an interval of starts that lies within bounds; where none does, the box itself or its finite end. */
export function startWithin([low, high]: StartRange, lower: number, upper: number): StartRange {
  if (low <= upper && high >= lower) return [Math.max(low, lower), Math.min(high, upper)];
  if (Number.isFinite(lower) && Number.isFinite(upper)) return [lower, upper];
  return high < lower ? [lower, lower + (high - low)] : [upper - (high - low), upper];
}

/** Number of parameters that equal bounds do not fix. */
export function freeParameters(problem: Pick<Problem, "form" | "lower" | "upper">): number {
  const { lower, upper } = boundsOf(problem);
  return problem.form.parameterNames.filter((_, p) => lower[p]! < upper[p]!).length;
}
