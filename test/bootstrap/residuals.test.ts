import { expect, test } from "vitest";
import { residualsOf, withResiduals } from "../../src/bootstrap/residuals.ts";
import { getForm } from "../../src/forms/registry.ts";
import type { Problem } from "../../src/solve/problem.ts";

/** y = x + residual; the last point is of no run. */
const residual = [0.5, 0.3, -0.4, -0.1, 0.2, -0.6, 0.1, 7];
const x = residual.map((_, q) => q + 1);
const problem: Problem = {
  form: getForm("linear"),
  variables: [Float64Array.from(x)],
  response: Float64Array.from(x, (one, q) => one + residual[q]!),
  loss: { kind: "squared" },
  residual: "plain",
  key: "p",
};
const parameters = Float64Array.of(0, 1);
const runLengths = [2, 3, 0, 2];
const points = { runLengths, strata: [4], points: 8 };
const close = (found: Float64Array, wanted: readonly number[]) => {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i]!, 12);
  });
};

test("residuals as they are, and made as large as the noise was", () => {
  const found = residualsOf(problem, parameters, points);
  close(found.plain, residual);
  // 7 points of 3 runs, 2 parameters.
  const factor = Math.sqrt((3 / 2) * (6 / 5));
  close(found.byRuns, [...residual.slice(0, 7).map((e) => factor * e), 7]);
  close(found.byPoints, [...residual.slice(0, 7).map((e) => Math.sqrt(7 / 5) * e), 7]);
});

test("deviations between and within runs by analysis of variance", () => {
  const { betweenRuns, withinRuns } = residualsOf(problem, parameters, points);
  // Means 0.4, -0.1, -0.25; sums of squares 0.02 + 0.18 + 0.245 within, 0.32 + 0.03 + 0.125 between.
  const within = 0.445 / 4;
  const effective = (7 - (4 + 9 + 4) / 7) / 2;
  expect(withinRuns).toBeCloseTo(Math.sqrt(within), 12);
  expect(betweenRuns).toBeCloseTo(Math.sqrt((0.475 / 1 - within) / effective), 12);
});

test("with one point a run all is within", () => {
  const single = residualsOf(problem, parameters, {
    runLengths: [1, 1, 1, 1, 1, 1, 1],
    strata: [7],
    points: 8,
  });
  expect(single.betweenRuns).toBe(0);
  const squares = residual.slice(0, 7).reduce((sum, e) => sum + e * e, 0);
  expect(single.withinRuns).toBeCloseTo(Math.sqrt(squares / 5), 12);
});

test("given errors of the responses are the noise, whatever the residuals are", () => {
  const sigma = new Float64Array(8).fill(0.01);
  const { plain, betweenRuns, withinRuns } = residualsOf({ ...problem, sigma }, parameters, points);
  expect(plain[0]).toBeCloseTo(0.5 / 0.01, 9);
  expect([betweenRuns, withinRuns]).toEqual([0, 1]);
  const robust: Problem = { ...problem, sigma, loss: { kind: "huber", delta: 1 } };
  expect(residualsOf(robust, parameters, points).withinRuns).toBeGreaterThan(10);
});

test("of logarithms, where the problem's are", () => {
  const own: Problem = {
    ...problem,
    residual: "log",
    response: Float64Array.from(x, (one) => one * Math.exp(0.1)),
  };
  close(
    residualsOf(own, parameters, points).plain,
    x.map(() => 0.1),
  );
  const moved = withResiduals(own, parameters, new Float64Array(8).fill(0.3), 7);
  close(moved.response, [...x.slice(0, 7).map((one) => one * Math.exp(0.3)), 8 * Math.exp(0.1)]);
});
