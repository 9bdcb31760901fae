import { expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import type { ProblemUse } from "../../src/plan/shared-problems.ts";
import { convergenceLines } from "../../src/results/warnings.ts";
import type { Problem, Solution, SolveResult, Termination } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";

const form = getForm("linear");
const problem: Problem = {
  form,
  variables: [Float64Array.of(1, 2, 3, 4)],
  response: Float64Array.of(1, 2.1, 2.9, 4),
  loss: { kind: "squared" },
  residual: "plain",
  key: "line",
};

test("fits whose best start did not converge are named with their termination, others are not", async () => {
  const [result] = await solveProblems([problem], { backend: "cpu", starts: 2 });
  if (!result || "skipped" in result) throw new Error("not solved");
  const { solution } = result;
  const lines = (ends: readonly Termination[]): string[] => {
    const results = new Map<string, SolveResult>();
    const uses = ends.map((termination, i) => {
      const changed: Solution = { ...solution, termination };
      results.set(`${i}`, { solution: changed });
      return { key: `${i}`, stage: "single", tasks: new Set([`task${i}`]), problem } as ProblemUse;
    });
    return convergenceLines(uses, results);
  };
  expect(lines(["gradient", "objective", "limit", "trained"])).toEqual([]);
  expect(lines(["gradient", "iterations", "stalled"])).toEqual([
    "2 fits of 3 did not converge, so that lower objectives may be in reach: single of task1 (linear: iterations); " +
      "single of task2 (linear: stalled). docs/solver.md says what to do for each termination in the table fits",
  ]);
  expect(lines(Array(8).fill("stalled"))[0]).toContain("and 3 more");
});
