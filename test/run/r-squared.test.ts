import { expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { fitQuality } from "../../src/plan/fit-quality.ts";
import type { Problem } from "../../src/solve/problem.ts";

function problemOf(form: string, x: number[], y: number[], residual: Problem["residual"]): Problem {
  return {
    form: getForm(form),
    variables: [Float64Array.from(x)],
    response: Float64Array.from(y),
    loss: { kind: "squared" },
    residual,
    key: "k",
  };
}

test("1 less the squared residuals over the squared deviations from the mean", () => {
  const problem = problemOf("linear", [1, 2, 3], [1, 2, 6], "plain");
  // Predictions 1, 3, 5: residuals 0, 1, -1; deviations -2, -1, 3.
  expect(fitQuality(problem, Float64Array.of(-1, 2)).rSquared).toBeCloseTo(1 - 2 / 14, 12);
});

test("of logarithms where the residuals are", () => {
  const problem = problemOf("compute-power-law", [1, Math.E], [1, Math.E ** 2], "log");
  // Logarithms 0 and 2; of the predictions 0 and 1.
  expect(fitQuality(problem, Float64Array.of(0, -1)).rSquared).toBeCloseTo(1 - 1 / 2, 12);
});

test("is below 0 for a curve that is worse than the mean", () => {
  const problem = problemOf("linear", [1, 2], [1, 3], "plain");
  expect(fitQuality(problem, Float64Array.of(5, 0)).rSquared).toBeCloseTo(1 - 20 / 2, 12);
});

test.each([2, 0.1])("of a response that is always %d is no number", (y) => {
  for (const residual of ["plain", "log"] as const) {
    const problem = problemOf("linear", [1, 2, 3], [y, y, y], residual);
    expect(fitQuality(problem, Float64Array.of(2, 0)).rSquared).toBeNaN();
  }
});
