import { expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { solveStarts } from "../../src/solve/solve.ts";
import { formProblem } from "../../src/throughput/bench-problems.ts";
import { objective, toPeerProblem } from "../../src/throughput/exchange.ts";

test.each(["chinchilla", "sigmoid"])("peers minimise what lawfit minimises: %s", async (name) => {
  const { problem } = formProblem(getForm(name));
  const results = await solveStarts(problem, { starts: 8 });
  const peerProblem = toPeerProblem(name, problem, results.parameters)!;
  expect(peerProblem.starts).toHaveLength(8);
  results.objective.forEach((ours, s) => {
    expect(objective(peerProblem, peerProblem.starts[s]!) / ours).toBeCloseTo(1, 9);
  });
});

test("bounds that are infinite are null", () => {
  const { problem } = formProblem(getForm("sigmoid"));
  const { lower, upper } = toPeerProblem("s", problem, new Float64Array())!;
  expect(lower).toEqual([-1, 0, 0, 0]);
  expect(upper).toEqual([0, null, null, 1]);
});

test("forms and weights that the peers do not know are left to lawfit", () => {
  const line = formProblem(getForm("linear")).problem;
  expect(toPeerProblem("line", line, new Float64Array())).toBeUndefined();
  const { problem } = formProblem(getForm("sigmoid"));
  const weighted = { ...problem, weights: new Float64Array(16).fill(2) };
  expect(toPeerProblem("weighted", weighted, new Float64Array())).toBeUndefined();
});
