import { expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { whyUnsolvable } from "../../src/solve/check-problem.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { solveStarts } from "../../src/solve/solve.ts";

const problem: Problem = {
  form: getForm("power-law-offset"),
  variables: [Float64Array.of(1e18, 1e19, 1e20, 1e21)],
  response: Float64Array.of(1.2, 1.1, 1, 0.9),
  loss: { kind: "squared" },
  residual: "log",
  key: "any",
};

test("a good problem has no reason", () => {
  expect(whyUnsolvable(problem)).toBeUndefined();
});

test.each<[string, Partial<Problem>]>([
  [
    "bounds of E are the wrong way round: lower 2, upper 1",
    { lower: Float64Array.of(0, 0, 2), upper: Float64Array.of(9, 1, 1) },
  ],
  [
    "bounds of a are the wrong way round: lower NaN, upper Infinity",
    { lower: Float64Array.of(Number.NaN, 0, 0) },
  ],
  [
    "form power-law-offset takes 1 variables (C), not 2",
    { variables: [problem.variables[0]!, problem.variables[0]!] },
  ],
  ["C has 3 values for 4 points", { variables: [Float64Array.of(1, 2, 3)] }],
  [
    "2 points for 3 free parameters of form power-law-offset",
    { variables: [Float64Array.of(1, 2)], response: Float64Array.of(1, 2) },
  ],
  ["2 points for 3 free parameters of form power-law-offset", { weights: Float64Array.of(1, 0, 0, 2) }],
  ["5 weights for 4 points", { weights: Float64Array.of(1, 1, 1, 1, 1) }],
  [
    "the largest weight is 1e-300, at which rounding decides; multiply all weights by one number",
    { weights: new Float64Array(4).fill(1e-300) },
  ],
  ["weight -1 at point 2; weights are finite and not negative", { weights: Float64Array.of(1, -1, 1, 1) }],
  [
    "weight Infinity at point 4; weights are finite and not negative",
    { weights: Float64Array.of(1, 1, 1, Infinity) },
  ],
  [
    "2 start ranges for 3 parameters",
    {
      startRange: [
        [0, 1],
        [0, 1],
      ],
    },
  ],
  ["a given start has 2 values for 3 parameters", { givenStarts: [Float64Array.of(1, 2)] }],
  ["delta of the Huber loss is 0; it must be > 0", { loss: { kind: "huber", delta: 0 } }],
  ["delta of the Huber loss is NaN; it must be > 0", { loss: { kind: "huber", delta: Number.NaN } }],
  ["no points", { variables: [new Float64Array(0)], response: new Float64Array(0) }],
  ["response Infinity at point 1 is not finite", { response: Float64Array.of(Infinity, 1, 1, 1) }],
  [
    "response 0 at point 3: its logarithm is taken, so it must be > 0",
    { response: Float64Array.of(1, 1, 0, 1) },
  ],
  ["form power-law-offset is not defined at point 2 (C = -1)", { variables: [Float64Array.of(1, -1, 1, 1)] }],
])("%s", async (reason, change) => {
  expect(whyUnsolvable({ ...problem, ...change })).toBe(reason);
  await expect(solveStarts({ ...problem, ...change }, { backend: "cpu" })).rejects.toThrow(reason);
});

test("a fixed parameter needs no point of its own", () => {
  const two = { variables: [Float64Array.of(1e18, 1e19)], response: Float64Array.of(1, 0.9) };
  const fixed = { lower: Float64Array.of(0, 0, 0.5), upper: Float64Array.of(99, 1, 0.5) };
  expect(whyUnsolvable({ ...problem, ...two, ...fixed })).toBeUndefined();
});
