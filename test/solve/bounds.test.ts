import { describe, expect, test } from "vitest";
import type { Problem, Solution } from "../../src/solve/problem.ts";
import { solveProblems, solveStarts } from "../../src/solve/solve.ts";
import { caseOf, cases, objectiveOf, problemOf } from "./cases.ts";
import { fallAlong } from "./minimum.ts";

const options = { backend: "portable", starts: 48 } as const;

async function solve(problem: Problem): Promise<Solution> {
  const [result] = await solveProblems([problem], options);
  return (result as { solution: Solution }).solution;
}

/** Bounds of a problem with those of one parameter set. */
function bounded(problem: Problem, parameter: string, lower: number, upper: number): Problem {
  const i = problem.form.parameterNames.indexOf(parameter);
  return { ...problem, lower: problem.form.lower.with(i, lower), upper: problem.form.upper.with(i, upper) };
}

/** A value that the optimum would pass if it were free, on either side, and a parameter to be held there. */
const rows: { name: string; parameter: string; value: number; side: "lower" | "upper" }[] = [
  { name: "chinchilla", parameter: "E", value: 0.3, side: "upper" },
  { name: "chinchilla", parameter: "alpha", value: 0.5, side: "lower" },
  { name: "chinchilla", parameter: "b", value: 9, side: "lower" },
  { name: "power-law", parameter: "alpha", value: 0.03, side: "upper" },
  { name: "sigmoid", parameter: "b", value: 0.85, side: "upper" },
  { name: "linear", parameter: "w1", value: 0.8, side: "lower" },
];

describe.each(rows)("$name, $parameter held at its $side bound", ({ name, parameter, value, side }) => {
  const one = caseOf(name);
  const free = problemOf(one, { noise: 0.01, residual: "log", loss: { kind: "huber", delta: 0.01 } });
  const at = one.form.parameterNames.indexOf(parameter);
  const problem =
    side === "upper"
      ? bounded(free, parameter, one.form.lower[at]!, value)
      : bounded(free, parameter, value, one.form.upper[at]!);
  const truth = (p: Iterable<number>): number => objectiveOf(one, problem, p);

  test("sits on the bound in the user's coordinates, is named, and the others are at their best", async () => {
    const { parameters, activeBounds, objective, gradientNorm } = await solve(problem);
    expect(parameters[at]).toBe(value);
    expect(activeBounds).toContainEqual({ parameter, side });
    const inside = parameters.with(at, value + (side === "upper" ? -1e-4 : 1e-4));
    expect(truth(inside)).toBeGreaterThan(objective);
    const held = activeBounds.map((bound) => bound.parameter);
    one.form.parameterNames.forEach((other, i) => {
      if (!held.includes(other)) expect(fallAlong(truth, parameters, i), other).toBeLessThan(1e-10);
    });
    expect(gradientNorm).toBeLessThan(1e-6);
  });

  test("is a fixed parameter where both bounds are equal, and not called active", async () => {
    const fixed = await solve(bounded(free, parameter, value, value));
    expect(fixed.parameters[at]).toBe(value);
    expect(fixed.activeBounds.map((bound) => bound.parameter)).not.toContain(parameter);
    const { objective } = await solve(problem);
    expect(Math.abs(fixed.objective / objective - 1)).toBeLessThan(1e-9);
  });
});

test("every start of every form ends inside the box", async () => {
  for (const one of cases.filter(({ builtIn }) => builtIn)) {
    const problem = problemOf(one, { noise: 0.3 });
    const { parameters } = await solveStarts(problem, { ...options, starts: 100 });
    const width = one.form.parameterNames.length;
    parameters.forEach((value, k) => {
      expect(value).toBeGreaterThanOrEqual(one.form.lower[k % width]!);
      expect(value).toBeLessThanOrEqual(one.form.upper[k % width]!);
    });
  }
});

test("with every parameter fixed, the objective there is the answer", async () => {
  const one = caseOf("linear");
  const at = Float64Array.of(0.1, 0.9);
  const problem = { ...problemOf(one, { noise: 0.1 }), lower: at, upper: at };
  const { parameters, objective, activeBounds } = await solve(problem);
  expect(parameters).toEqual(at);
  expect(Math.abs(objective / objectiveOf(one, problem, at) - 1)).toBeLessThan(1e-12);
  expect(activeBounds).toEqual([]);
});
