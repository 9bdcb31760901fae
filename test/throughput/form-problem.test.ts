import { expect, test } from "vitest";
import { forms, getForm } from "../../src/forms/registry.ts";
import { whyUnsolvable } from "../../src/solve/check-problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { formProblem } from "../../src/throughput/bench-problems.ts";
import { wholeCrosses } from "../whole-crosses.ts";

test.each([...forms.keys()])("%s has a solvable problem, the same every time", (name) => {
  const { problem } = formProblem(getForm(name));
  // 16 points, and two a parameter where that is more.
  expect(problem.response).toHaveLength(name === "network-5-3" ? 44 : 16);
  expect(whyUnsolvable(problem)).toBeUndefined();
  expect(formProblem(getForm(name)).problem.key).toBe(problem.key);
});

test("points that stand for no more than noise would be no benchmark", async () => {
  // The ladder's forms, whose kernels other tests need too, or all.
  const ladder = ["chinchilla", "power-law-offset", "sigmoid", "log-sigmoid", "linear"];
  const problems = (wholeCrosses ? [...forms.keys()] : ladder).map(
    (name) => formProblem(getForm(name)).problem,
  );
  const results = await solveProblems(problems, { starts: 64 });
  results.forEach((result, i) => {
    if (!("solution" in result)) throw new Error(result.skipped.reason);
    const { response, residual } = problems[i]!;
    const values = residual === "log" ? response.map(Math.log) : response;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = values.reduce((sum, value) => sum + 0.5 * (value - mean) ** 2, 0);
    expect(result.solution.objective).toBeLessThan(0.1 * spread);
  });
});
