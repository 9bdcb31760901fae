import { Matrix, SingularValueDecomposition } from "ml-matrix";
import type { Form } from "../forms/form.ts";
import { problemKey } from "../plan/shared-problems.ts";
import { randomStream } from "../random.ts";
import type { Problem } from "../solve/problem.ts";

/** Points of a problem, unless its form needs more: two for each parameter. */
const fewestPoints = 16;

/** Vectors drawn from the form's default start range, of which the one that the points determine best is the truth. */
const candidates = 256;

/** Standard deviation of the noise: relative where logarithms are fitted, else absolute. */
const noise = 0.005;

/** Ranges of the variables that are sizes, filled evenly in their logarithm; those of a ladder of small models. */
const sizes: Readonly<Record<string, readonly [number, number]>> = {
  N: [1.9e8, 1.3e9],
  D: [3.8e9, 2.6e11],
  C: [7e18, 2.6e21],
};

/** Range of every other variable: a loss. */
const scores = [0.5, 2] as const;

/**
 * A problem made for one form: 16 points (or two a parameter) on a grid of its variables, from parameters in its own start range that the
 * points determine well, with seeded noise. A form of a loss (its output is L) gets the ladder's first step's loss, Huber's with delta 1e-3 on
 * logarithms; the others the squared loss of plain residuals.
 */
export function formProblem(form: Form): BenchProblem {
  const points = Math.max(fewestPoints, 2 * form.parameterNames.length);
  const variables = grid(form.variableNames, points);
  const at = Array.from({ length: points }, (_, i) => variables.map((values) => values[i]!));
  const isLoss = form.output === "L";
  const { uniform, normal } = randomStream(`bench ${form.name}`);
  const ranges = form.parameterNames.map((name) => form.record.startRanges.default![name]!);
  const truth = Array.from({ length: candidates }, () => ranges.map(([low, high]) => uniform(low, high)))
    .map((parameters) => ({ parameters, information: information(form, parameters, at, isLoss) }))
    .reduce((best, candidate) => (candidate.information > best.information ? candidate : best)).parameters;
  const response = Float64Array.from(at, (point) => {
    const value = form.value(truth, point);
    return isLoss ? value * Math.exp(noise * normal()) : value + noise * normal();
  });
  const problem = {
    form,
    variables,
    response,
    loss: isLoss ? ({ kind: "huber", delta: 1e-3 } as const) : ({ kind: "squared" } as const),
    residual: isLoss ? ("log" as const) : ("plain" as const),
  };
  return { name: form.name, kind: "form", problem: { ...problem, key: problemKey(problem) } };
}

/**
 * How well the points determine the parameters: the smallest singular value of the residuals' Jacobian, each parameter
 * in units of its start range; -Infinity where it is not finite.
 */
function information(form: Form, parameters: number[], at: number[][], log: boolean): number {
  const { startRanges } = form.record;
  const gradient = new Float64Array(parameters.length);
  const jacobian = at.map((point) => {
    const value = form.gradient(parameters, point, gradient);
    return form.parameterNames.map((name, i) => {
      const [low, high] = startRanges.default![name]!;
      return (gradient[i]! * (high - low)) / (log ? value : 1);
    });
  });
  if (!jacobian.flat().every(Number.isFinite)) return Number.NEGATIVE_INFINITY;
  return Math.min(...new SingularValueDecomposition(new Matrix(jacobian)).diagonal);
}

/** One array a variable: all combinations of evenly spaced levels, as many as there are points, over and over. */
function grid(names: readonly string[], points: number): Float64Array[] {
  const levels = Math.round(points ** (1 / names.length));
  return names.map((name, v) =>
    Float64Array.from({ length: points }, (_, i) => {
      const share = (Math.floor(i / levels ** v) % levels) / (levels - 1);
      const size = sizes[name];
      if (size === undefined) return scores[0] + share * (scores[1] - scores[0]);
      return size[0] * (size[1] / size[0]) ** share;
    }),
  );
}

/** One problem of the benchmark. */
export interface BenchProblem {
  name: string;
  /** `loss`: a task's or domain's final loss against size; `link`: accuracy against loss; `form`: made for a form. */
  kind: "loss" | "link" | "form";
  problem: Problem;
}
