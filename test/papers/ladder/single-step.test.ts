import { expect, test } from "vitest";
import { type Row, smallLadder } from "../../methods/tables.ts";
import { planLadder, problemOf } from "./plan.ts";

const rows: Row[] = [
  ...[0.2, 0.4, 0.6].map((accuracy, i) => ({ run: "a", n: 10, d: i + 1, metrics: { accuracy } })),
  { run: "b", n: 20, d: 5, c: 900, metrics: { accuracy: 0.8 } },
  { run: "big", role: "target", n: 100, d: 1000, metrics: { accuracy: 0.9 } },
];

test("final scores against size, residuals of logarithms, with the choices of step 1", () => {
  const { stages } = planLadder(rows, {
    feature: "none",
    final_window: 2,
    delta1: 0.1,
    bounds1: "q=1",
  });
  expect(stages).toHaveLength(1);
  expect(stages[0]!.name).toBe("single");
  const problem = problemOf(stages[0]);
  expect(problem.form.name).toBe("single-step");
  expect(problem.variables).toEqual([Float64Array.of(10, 20), Float64Array.of(3, 5)]);
  expect(problem.response).toEqual(Float64Array.of(0.5, 0.8));
  expect(problem).toMatchObject({ residual: "log", loss: { kind: "huber", delta: 0.1 } });
  expect(problem.lower!.at(-1)).toBe(1);
});

test("from compute, as the table has it or 6*n*d", () => {
  const ofFlops = (flops: string) =>
    problemOf(planLadder(rows, { feature: "none", input: "c", flops }).stages[0]);
  expect(ofFlops("table").form.name).toBe("single-step-compute");
  expect(ofFlops("table").variables).toEqual([Float64Array.of(6 * 10 * 3, 900)]);
  expect(ofFlops("6nd").variables).toEqual([Float64Array.of(6 * 10 * 3, 6 * 20 * 5)]);
});

test("the prediction has no feature and no link", () => {
  const plan = planLadder(rows, { feature: "none" });
  // p/(1 + exp(-(1 + 1 - 2))) + q
  const [prediction] = plan.predict([Float64Array.of(0, 0, 0, 0, -2, -0.5, 1)]);
  expect(prediction).toEqual({
    target: "big",
    predicted: 0.75,
    actual: 0.9,
    featurePredicted: Number.NaN,
    featureActual: Number.NaN,
    linkPredicted: Number.NaN,
  });
  expect(plan.predict([undefined])).toEqual([]);
});

test("a score of 0 at the end of a run is a reason, not an error", () => {
  const zero = rows.map((row) => (row.run === "b" ? { ...row, metrics: { accuracy: 0 } } : row));
  expect(planLadder(zero, { feature: "none" }).stages[0]).toMatchObject({
    skipped: { reason: "the final accuracy of run b is 0, whose logarithm a single step takes" },
  });
});

test("multiple choice in a single step needs fit runs that have it", () => {
  expect(planLadder(smallLadder(), { feature: "none", format: "mc" }).stages[0]).toMatchObject({
    skipped: { reason: "no fit run has mc_accuracy of t" },
  });
});
