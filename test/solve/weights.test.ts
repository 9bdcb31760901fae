import { describe, expect, test } from "vitest";
import type { Problem, Solution } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { cases, problemOf } from "./cases.ts";

async function solve(...problems: Problem[]): Promise<Solution[]> {
  const results = await solveProblems(problems, { backend: "portable", starts: 32 });
  return results.map((result) => (result as { solution: Solution }).solution);
}

function expectSame(found: Solution, wanted: Solution): void {
  expect(Math.abs(found.objective / wanted.objective - 1)).toBeLessThan(1e-10);
  wanted.parameters.forEach((value, i) => {
    expect(Math.abs(found.parameters[i]! - value)).toBeLessThanOrEqual(1e-7 * Math.abs(value));
  });
}

describe.each([
  { name: "linear", residual: "plain", loss: { kind: "squared" } },
  { name: "sigmoid", residual: "plain", loss: { kind: "huber", delta: 0.005 } },
  { name: "chinchilla", residual: "log", loss: { kind: "huber", delta: 0.01 } },
] as const)("$name, $loss.kind loss", ({ name, residual, loss }) => {
  const one = cases.find(({ form }) => form.name === name)!;
  const problem = problemOf(one, { noise: 0.02, residual, loss });
  const count = problem.response.length;
  const weighted = (weightAt: (i: number) => number): Problem => ({
    ...problem,
    weights: Float64Array.from({ length: count }, (_, i) => weightAt(i)),
  });
  const picked = (indices: number[]): Problem => ({
    ...problem,
    variables: problem.variables.map((variable) => Float64Array.from(indices, (i) => variable[i]!)),
    response: Float64Array.from(indices, (i) => problem.response[i]!),
  });
  const all = Array.from({ length: count }, (_, i) => i);

  test("weight 2 is the point twice", async () => {
    const [found, wanted] = await solve(
      weighted((i) => (i === 3 ? 2 : 1)),
      picked([...all, 3]),
    );
    expectSame(found!, wanted!);
  });

  test("weight 0 is the point left out", async () => {
    const [found, wanted] = await solve(
      weighted((i) => (i === 5 ? 0 : 1)),
      picked(all.filter((i) => i !== 5)),
    );
    expectSame(found!, wanted!);
  });

  test("all weights times 1,000 changes the objective alone", async () => {
    const [found, wanted] = await solve(
      weighted(() => 1000),
      problem,
    );
    expectSame({ ...found!, objective: found!.objective / 1000 }, wanted!);
  });
});
