import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { levenbergMarquardt } from "ml-levenberg-marquardt";
import { clockNow, secondsSince } from "./clock.ts";
import {
  objective,
  type PeerInput,
  type PeerOutput,
  type PeerProblem,
  type PeerResult,
  plainForms,
} from "./exchange.ts";

/** Version of the installed package. */
export function mlLevenbergMarquardtVersion(): string {
  const entry = createRequire(import.meta.url).resolve("ml-levenberg-marquardt");
  const path = `${entry.slice(0, entry.lastIndexOf("ml-levenberg-marquardt/"))}ml-levenberg-marquardt/package.json`;
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}

/**
 * Solves the problems with the npm package ml-levenberg-marquardt, in this process and thread. It has the squared
 * loss alone: a problem with another loss throws RangeError.
 */
export function runMlLevenbergMarquardt(input: PeerInput): PeerOutput {
  return {
    program: "ml-levenberg-marquardt",
    version: mlLevenbergMarquardtVersion(),
    results: input.problems.map((problem) =>
      input.evaluate ? evaluateStarts(problem) : solveStarts(problem, input.seconds),
    ),
  };
}

function evaluateStarts(problem: PeerProblem): PeerResult {
  const model = modelOf(problem);
  const gradients = problem.starts.map((start) => {
    const value = model.value(start);
    const jacobian = model.jacobian(start);
    const gradient = start.map(() => 0);
    for (const i of model.data.x) {
      const r = value(i) - model.data.y[i]!;
      jacobian(i).forEach((slope, j) => {
        gradient[j]! += r * slope;
      });
    }
    return gradient;
  });
  const values = problem.starts.map((start) => {
    const value = model.value(start);
    return model.data.x.reduce((sum, i) => sum + 0.5 * (value(i) - model.data.y[i]!) ** 2, 0);
  });
  return {
    name: problem.name,
    starts: values.length,
    seconds: 0,
    processorSeconds: 0,
    objective: values,
    gradient: gradients,
    iterations: values.map(() => 0),
  };
}

function solveStarts(problem: PeerProblem, seconds: number): PeerResult {
  const model = modelOf(problem);
  // Its bounds must be finite.
  const minValues = problem.lower.map((bound) => bound ?? -Number.MAX_VALUE);
  const maxValues = problem.upper.map((bound) => bound ?? Number.MAX_VALUE);
  const options = { minValues, maxValues, jacobianFunction: model.jacobian, ...settings(problem) };
  const parameters: number[][] = [];
  const iterations: number[] = [];
  const begin = clockNow();
  let elapsed = secondsSince(begin);
  for (const start of problem.starts) {
    const solution = solveStart(model, start, options);
    parameters.push(solution.parameterValues);
    iterations.push(solution.iterations);
    elapsed = secondsSince(begin);
    if (elapsed.processor >= seconds) break;
  }
  const values = parameters.map((p) => objective(problem, p));
  return {
    name: problem.name,
    starts: parameters.length,
    seconds: elapsed.wall,
    processorSeconds: elapsed.processor,
    objective: values.map((value) => (Number.isFinite(value) ? value : null)),
    iterations,
    parameters,
  };
}

type Options = Omit<Parameters<typeof levenbergMarquardt>[2], "initialValues">;

function solveStart(model: Model, start: number[], options: Options) {
  try {
    return levenbergMarquardt(model.data, model.value, { ...options, initialValues: start });
  } catch {
    // A singular matrix: the start counts as one that did not reach the best.
    return { parameterValues: start, iterations: 0 };
  }
}

/**
 * It never stops by itself but on an error below `errorTolerance`, so the limit of iterations is the cost of every
 * start; these settings gave the most good fits per second of those tried (bench/README.md).
 */
function settings(problem: PeerProblem): Options {
  return problem.form === "sigmoid"
    ? { errorTolerance: 0, damping: 1e-2, maxIterations: 20 }
    : { errorTolerance: 0, damping: 0.1, maxIterations: 50 };
}

interface Model {
  /** x is the index of the point: the package hands the model one number. */
  data: { x: number[]; y: number[] };
  value(p: number[]): (i: number) => number;
  jacobian(p: number[]): (i: number) => number[];
}

/** The problem as the package wants it; a residual of logarithms becomes a model of the logarithm. */
function modelOf(problem: PeerProblem): Model {
  if (problem.loss.kind !== "squared") {
    throw new RangeError(
      `${problem.name}: loss is ${problem.loss.kind}; ml-levenberg-marquardt has squared only`,
    );
  }
  const form = plainForms[problem.form];
  const log = problem.residual === "log";
  const x = problem.response.map((_, i) => i);
  const points = x.map((i) => (column: number) => problem.columns[column]![i]!);
  return {
    data: { x, y: log ? problem.response.map(Math.log) : problem.response },
    value: (p) => (i) => (log ? Math.log(form.value(p, points[i]!)) : form.value(p, points[i]!)),
    jacobian: (p) => (i) => {
      const gradient = form.gradient(p, points[i]!);
      if (!log) return gradient;
      const value = form.value(p, points[i]!);
      return gradient.map((slope) => slope / value);
    },
  };
}
