import { expect, test } from "vitest";
import { arrangePoints } from "../../src/bootstrap/population.ts";
import { getForm } from "../../src/forms/registry.ts";
import type { Problem } from "../../src/solve/problem.ts";

const problem: Problem = {
  form: getForm("linear"),
  variables: [Float64Array.of(1, 2, 3, 4, 5)],
  response: Float64Array.of(10, 20, 30, 40, 50),
  weights: Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5),
  loss: { kind: "squared" },
  residual: "plain",
  key: "p",
};
const population = (runs: readonly string[]) => ({ name: "p", runs, strata: [runs.length] });
const points = { runs: ["a", "b"], runLengths: [2, 2] };

test("points go into the order of the population; runs without points have none, the rest comes last", () => {
  const found = arrangePoints(problem, points, population(["c", "b", "a"]));
  expect(found.runLengths).toEqual([0, 2, 2]);
  expect(found.problem.variables).toEqual([Float64Array.of(3, 4, 1, 2, 5)]);
  expect(found.problem.response).toEqual(Float64Array.of(30, 40, 10, 20, 50));
  expect(found.problem.weights).toEqual(Float64Array.of(0.3, 0.4, 0.1, 0.2, 0.5));
  expect(found).toMatchObject({ measuredRuns: 2, fixedPoints: 1, points: 5 });
});

test("points of a run that is not drawn from are of no run", () => {
  const found = arrangePoints(problem, points, population(["b"]));
  expect(found.problem.variables).toEqual([Float64Array.of(3, 4, 1, 2, 5)]);
  expect(found).toMatchObject({ runLengths: [2], fixedPoints: 3 });
});

test("a problem in order is taken as it is", () => {
  expect(arrangePoints(problem, points, population(["a", "b"])).problem).toBe(problem);
});

test("the points of a family stand together and are one group", () => {
  const members = new Map([["family f", ["b", "a"]]]);
  const found = arrangePoints(problem, points, { ...population(["family f"]), members });
  expect(found.problem.variables).toEqual([Float64Array.of(3, 4, 1, 2, 5)]);
  expect(found).toMatchObject({ runLengths: [4], measuredRuns: 1, fixedPoints: 1 });
});
