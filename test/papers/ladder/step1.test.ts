import { expect, test } from "vitest";
import type { Row } from "../../methods/tables.ts";
import { planLadder, problemOf } from "./plan.ts";

/** Two runs: losses 7, 6, 5, 4, 3, 2, 1 and 4, 2. */
const rows: Row[] = [
  ...[7, 6, 5, 4, 3, 2, 1].map((loss, i) => ({
    run: "long",
    n: 10,
    d: i + 1,
    metrics: { loss, ce: 10 * loss },
  })),
  ...[4, 2].map((loss, i) => ({ run: "short", n: 20, d: i + 1, c: 900, metrics: { loss } })),
];

const step1 = (axes?: Record<string, unknown>) => problemOf(planLadder(rows, axes).stages[0]);

test("one point a run: the mean of the last 5 losses at the last row's size", () => {
  const problem = step1();
  expect(problem.form.name).toBe("chinchilla");
  expect(problem.variables).toEqual([Float64Array.of(10, 20), Float64Array.of(7, 2)]);
  expect(problem.response).toEqual(Float64Array.of(3, 3));
  expect(problem).toMatchObject({ residual: "log", loss: { kind: "huber", delta: 1e-3 } });
});

test("final_window is the number of rows averaged", () => {
  expect(step1({ final_window: 1 }).response).toEqual(Float64Array.of(1, 2));
  expect(step1({ final_window: 10 }).response).toEqual(Float64Array.of(4, 3));
});

test("input c has FLOPs as the variable", () => {
  const problem = step1({ input: "c" });
  expect(problem.form.name).toBe("power-law-offset");
  expect(problem.variables).toEqual([Float64Array.of(6 * 10 * 7, 900)]);
});

test("loss1 and delta1 choose the loss", () => {
  expect(step1({ loss1: "squared" }).loss).toEqual({ kind: "squared" });
  expect(step1({ delta1: 0.1 }).loss).toEqual({ kind: "huber", delta: 0.1 });
});

test("a run without the feature has no point", () => {
  const problem = step1({ feature: "ce" });
  expect(problem.response).toEqual(Float64Array.of(30));
  expect(problem.variables).toEqual([Float64Array.of(10), Float64Array.of(7)]);
});

test("a feature that no run has is skipped with the reason", () => {
  expect(planLadder(rows, { feature: "soft" }).stages[0]).toEqual({
    name: "step1",
    skipped: { reason: "no fit run has soft of t" },
  });
});

test("a loss of 0 in the final window leaves the task without a law, with its row as the reason", () => {
  const bad = rows.map((row, i) => (i === 6 ? { ...row, metrics: { loss: 0 } } : row));
  expect(planLadder(bad).stages[0]).toMatchObject({
    skipped: {
      reason: 'made by hand, row 7, column "loss": 0; allowed: a number > 0 (step 1 takes its logarithm)',
    },
  });
});

test("rows of a phase are left out", () => {
  const early: Row = { run: "long", n: 10, d: 8, phase: "early", metrics: { loss: 100 } };
  expect(problemOf(planLadder([...rows, early]).stages[0]).response).toEqual(Float64Array.of(3, 3));
});

test("another subject's loss: its own rows, also of runs without the task", () => {
  const domain: Row[] = [
    ...[5, 4].map((loss, i) => ({ run: "long", n: 10, d: i + 6, subject: "c4", metrics: { loss } })),
    { run: "other", n: 30, d: 8, subject: "c4", metrics: { loss: 2 } },
  ];
  const problem = problemOf(planLadder([...rows, ...domain], { feature: "loss@c4" }).stages[0]);
  expect(problem.variables).toEqual([Float64Array.of(10, 30), Float64Array.of(7, 8)]);
  expect(problem.response).toEqual(Float64Array.of(4.5, 2));
});

test("a subject that is not there is skipped with the nearest name", () => {
  expect(planLadder(rows, { feature: "loss@T" }).stages[0]).toMatchObject({
    skipped: { reason: 'no fit run has loss of T; no subject is named T; did you mean "t"?' },
  });
});

test("flops 6nd replaces the table's for fit runs and targets", () => {
  const target: Row = { run: "big", role: "target", n: 100, d: 1000, c: 7, metrics: { loss: 1 } };
  const plan = planLadder([...rows, target], { input: "c", flops: "6nd" });
  expect(problemOf(plan.stages[0]).variables).toEqual([Float64Array.of(6 * 10 * 7, 6 * 20 * 2)]);
  // exp(a - alpha*ln(C)) + E with a = 0, alpha = 1, E = 0; a straight link.
  const [prediction] = plan.predict([Float64Array.of(0, 1, 0), Float64Array.of(-0.5, 1, 1, 1)]);
  expect(prediction!.featurePredicted).toBeCloseTo(1 / 6e5, 15);
});

test("runs chooses the runs of both steps", () => {
  const small = new Map([["n < 15", new Set(["long"])]]);
  const scored = rows.map((row) => ({ ...row, metrics: { ...row.metrics, accuracy: 0.5 } }));
  const { stages } = planLadder(scored, { runs: "n < 15", drop_early: 0, anchor: false }, small);
  expect(problemOf(stages[0]).variables[0]).toEqual(Float64Array.of(10));
  expect(problemOf(stages[1]).response).toHaveLength(7);
});

test("a predicate that no run meets is skipped with the reason", () => {
  const none = new Map([["n > 99", new Set<string>()]]);
  expect(planLadder(rows, { runs: "n > 99" }, none).stages[0]).toMatchObject({
    skipped: { reason: "no fit run of those with n > 99 has loss of t" },
  });
});

test("bounds1 bounds the law, and a parameter that it lacks is a reason", () => {
  expect(step1({ bounds1: "E=0.5..1" }).lower).toEqual(Float64Array.of(-Infinity, -Infinity, 0, 0, 0.5));
  expect(step1({ bounds1: "bhagia" }).lower).toEqual(Float64Array.of(0, 0, 0, 0, 0));
  expect(planLadder(rows, { bounds1: "q=1" }).stages[0]).toMatchObject({
    skipped: { reason: "form chinchilla has no parameter q to bound, only a, b, alpha, beta, E" },
  });
});
