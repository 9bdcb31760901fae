import { boundsOf, type Loss, type Problem, type Residual } from "../solve/problem.ts";

/** Columns of the forms that the exchange format knows, from the variables of a point. */
const columns: Readonly<Record<PeerProblem["form"], (variable: number) => number>> = {
  chinchilla: Math.log,
  sigmoid: (x) => x,
};

/**
 * A problem as the peers get it, or undefined where they do not know its form or have no weights.
 *
 * @param starts initial vectors, row-major
 */
export function toPeerProblem(name: string, problem: Problem, starts: Float64Array): PeerProblem | undefined {
  const form = problem.form.name;
  if ((form !== "chinchilla" && form !== "sigmoid") || problem.weights !== undefined) return undefined;
  const width = problem.form.parameterNames.length;
  const { lower, upper } = boundsOf(problem);
  const finite = (bounds: Float64Array) => Array.from(bounds, (x) => (Number.isFinite(x) ? x : null));
  return {
    name,
    form,
    columns: problem.variables.map((values) => Array.from(values, columns[form])),
    response: [...problem.response],
    loss: problem.loss,
    residual: problem.residual,
    lower: finite(lower),
    upper: finite(upper),
    starts: Array.from({ length: starts.length / width }, (_, s) => [
      ...starts.subarray(s * width, (s + 1) * width),
    ]),
  };
}

/** One regression as the peers get it; the forms' formulas and parameter orders are in bench/README.md. */
export interface PeerProblem {
  name: string;
  form: "chinchilla" | "sigmoid";
  /** One array a column, each of length points: (ln N, ln D) of chinchilla, (x) of sigmoid. */
  columns: number[][];
  /** Measured values, length points. */
  response: number[];
  loss: Loss;
  residual: Residual;
  /** Bounds in parameter order; null is infinite. */
  lower: (number | null)[];
  upper: (number | null)[];
  /** Initial vectors, solved in this order. */
  starts: number[][];
}

/** The JSON file that a peer is given. */
export interface PeerInput {
  problems: PeerProblem[];
  /** Limit of each problem in seconds of processor time (on a GPU, of wall time): no start begins after it. */
  seconds: number;
  /** True: no solving, only the objective and its gradient at the starts. @default false */
  evaluate?: boolean;
}

/** What one peer did with one problem. */
export interface PeerResult {
  name: string;
  /** How many starts were solved before the time was up. */
  starts: number;
  /** Wall time of the solving alone, without reading files or starting up. */
  seconds: number;
  /** Processor time of its process meanwhile, user and system. */
  processorSeconds: number;
  /** Sum of the losses at the solution, a value per start; null where it is not finite. */
  objective: (number | null)[];
  /** Iterations of each start; evaluations of the residuals where the program counts no iterations. */
  iterations: number[];
  /** Solution of each start, in parameter order; absent when evaluating. */
  parameters?: number[][];
  /** Gradient of the objective at each start; only when evaluating. */
  gradient?: number[][];
}

/** The JSON file that a peer answers with. */
export interface PeerOutput {
  program: string;
  version: string;
  results: PeerResult[];
}

/** A form of the exchange format: its value and gradient at one point. */
interface PlainForm {
  parameters: number;
  value(p: ArrayLike<number>, x: (column: number) => number): number;
  gradient(p: ArrayLike<number>, x: (column: number) => number): number[];
}

const logistic = (t: number): number => 1 / (1 + Math.exp(-t));

/** The two forms, written out by hand: they check the peers and must not depend on what the peers are compared with. */
export const plainForms: Readonly<Record<PeerProblem["form"], PlainForm>> = {
  chinchilla: {
    parameters: 5,
    value: (p, x) => Math.exp(p[0]! - p[2]! * x(0)) + Math.exp(p[1]! - p[3]! * x(1)) + p[4]!,
    gradient: (p, x) => {
      const first = Math.exp(p[0]! - p[2]! * x(0));
      const second = Math.exp(p[1]! - p[3]! * x(1));
      return [first, second, -x(0) * first, -x(1) * second, 1];
    },
  },
  sigmoid: {
    parameters: 4,
    value: (p, x) => p[0]! * logistic(p[2]! * (x(0) - p[1]!)) + p[3]!,
    gradient: (p, x) => {
      const s = logistic(p[2]! * (x(0) - p[1]!));
      const slope = p[0]! * s * (1 - s);
      return [s, -p[2]! * slope, slope * (x(0) - p[1]!), 1];
    },
  },
};

/** Sum over the points of the loss of the residual: 0.5 r^2, and for Huber delta*(|r| - delta/2) beyond delta. */
export function objective(problem: PeerProblem, parameters: ArrayLike<number>): number {
  const form = plainForms[problem.form];
  const delta = problem.loss.kind === "huber" ? problem.loss.delta : Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < problem.response.length; i++) {
    const predicted = form.value(parameters, (column) => problem.columns[column]![i]!);
    const measured = problem.response[i]!;
    const size = Math.abs(
      problem.residual === "log" ? Math.log(predicted) - Math.log(measured) : predicted - measured,
    );
    sum += size <= delta ? 0.5 * size * size : delta * (size - delta / 2);
  }
  return sum;
}
