import type { PeerProblem } from "./exchange.ts";

/** A form of the exchange format: its value and gradient at one point. */
export interface PlainForm {
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
