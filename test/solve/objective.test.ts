import { expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { objectiveOf } from "../../src/solve/objective.ts";
import type { Problem } from "../../src/solve/problem.ts";

const POINTS = 400;

/** A line through points that lie 0.5 above it, with weights; no weight counts where the response is not finite. */
function problem(loss: Problem["loss"]): Problem {
  const x = Float64Array.from({ length: POINTS }, (_, i) => i / 10);
  const weights = Float64Array.from(x, (_, i) => i % 3);
  const response = x.map((value, i) => (i === 300 ? Number.NaN : 2 * value + 1.5));
  return {
    form: getForm("linear")!,
    variables: [x],
    response,
    weights,
    loss,
    residual: "plain",
    key: "line",
  };
}

const line = Float64Array.of(1, 2);
/** Of weights 0, 1, 2, 0, 1, ... */
const sumOfWeights = 399;

test("is the sum of weights times losses", () => {
  expect(objectiveOf(problem({ kind: "squared" }), line)).toBeCloseTo((sumOfWeights * 0.25) / 2, 10);
  const huber = problem({ kind: "huber", delta: 0.1 });
  expect(objectiveOf(huber, line)).toBeCloseTo(sumOfWeights * 0.1 * (0.5 - 0.05), 10);
});

test("is known to be larger than what is allowed, or is the same as without that", () => {
  const whole = objectiveOf(problem({ kind: "squared" }), line);
  expect(objectiveOf(problem({ kind: "squared" }), line, whole)).toBe(whole);
  expect(objectiveOf(problem({ kind: "squared" }), line, 1e-6)).toBeGreaterThan(1e-6);
  expect(objectiveOf(problem({ kind: "squared" }), Float64Array.of(Number.NaN, 2), 1e-6)).toBeNaN();
});
