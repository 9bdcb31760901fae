import { boundsOf } from "../solve/bounds.ts";
import type { Problem } from "../solve/problem.ts";
import type { PeerProblem } from "./exchange.ts";

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
