import { describe, expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import type { Problem, Solution } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { cxx, hasPortable } from "../kernels/toolchains.ts";

const compute = [1e18, 3e18, 1e19, 3e19, 1e20, 3e20, 1e21, 3e21];
const losses = [1.412, 1.233, 1.101, 0.972, 0.899, 0.821, 0.792, 0.741];
const power = {
  form: getForm("power-law-offset"),
  variables: [Float64Array.from(compute)],
  response: Float64Array.from(losses),
};

/** Optima found by SciPy 1.17's least_squares (trf, all tolerances 1e-15), the best of at least 60 random starts. */
const rows: {
  name: string;
  problem: Problem;
  objective: number;
  parameters: number[];
  active: Solution["activeBounds"];
}[] = [
  {
    name: "Huber's loss on logarithms, three of eight residuals beyond delta",
    problem: { ...power, loss: { kind: "huber", delta: 0.01 }, residual: "log", key: "huber" },
    objective: 0.0003455317254868536,
    parameters: [9.266435258367, 0.229056704129, 0.616125326497],
    active: [],
  },
  {
    name: "an upper bound that holds the offset",
    problem: {
      ...power,
      upper: Float64Array.of(Infinity, 1, 0.4),
      loss: { kind: "squared" },
      residual: "plain",
      key: "upper",
    },
    objective: 0.0018513906316052222,
    parameters: [5.960343091435, 0.144117872827, 0.4],
    active: [{ parameter: "E", side: "upper" }],
  },
  {
    name: "a lower bound that holds the offset",
    problem: {
      ...power,
      lower: Float64Array.of(0, 0.25, 0.65),
      loss: { kind: "squared" },
      residual: "plain",
      key: "lower",
    },
    objective: 0.000426577266136407,
    parameters: [10.104678928841, 0.250168678389, 0.65],
    active: [{ parameter: "E", side: "lower" }],
  },
  {
    name: "a weighted sigmoid",
    problem: {
      form: getForm("sigmoid"),
      variables: [Float64Array.of(0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.5)],
      response: Float64Array.of(0.885, 0.861, 0.803, 0.742, 0.611, 0.502, 0.404, 0.352, 0.312, 0.279),
      weights: Float64Array.of(1, 1, 2, 1, 1, 0.5, 1, 3, 1, 1),
      loss: { kind: "squared" },
      residual: "plain",
      key: "weighted",
    },
    objective: 0.0002259297152498599,
    parameters: [-0.639277865122, 0.920681561945, 7.318687721337, 0.913930440041],
    active: [],
  },
];

describe.each(["native", "portable"] as const)("%s backend (skipped where it is absent)", (backend) => {
  test.skipIf(backend === "native" ? cxx === undefined : !hasPortable).each(rows)(
    "$name: SciPy's optimum",
    async (row) => {
      const [result] = await solveProblems([row.problem], { backend, starts: 64 });
      const { solution } = result as { solution: Solution };
      expect(Math.abs(solution.objective / row.objective - 1)).toBeLessThan(1e-9);
      row.parameters.forEach((value, i) => {
        expect(
          Math.abs(solution.parameters[i]! / value - 1),
          row.problem.form.parameterNames[i]!,
        ).toBeLessThan(1e-6);
      });
      expect(solution.activeBounds).toEqual(row.active);
    },
  );
});
