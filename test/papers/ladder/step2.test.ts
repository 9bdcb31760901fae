import { expect, test } from "vitest";
import type { Row } from "../../methods/tables.ts";
import { planLadder, problemOf } from "./plan.ts";

/** 11 checkpoints, x = 100 at the first two and then 1 ... 9; y = 10 x; a second run of 2 checkpoints. */
const rows: Row[] = [
  ...[100, 100, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((loss, i) => ({
    run: "long",
    d: i + 1,
    metrics: { loss, accuracy: 10 * loss },
  })),
  ...[50, 20].map((loss, i) => ({ run: "short", d: i + 1, metrics: { loss, accuracy: 10 * loss } })),
];

const step2 = (axes?: Record<string, unknown>) => problemOf(planLadder(rows, axes).stages[1]);

test("early checkpoints are dropped before the moving average; the anchor comes last", () => {
  const problem = step2();
  const x = [20, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7];
  expect(problem.variables[0]).toEqual(Float64Array.of(...x, 0));
  expect(problem.response).toEqual(Float64Array.of(...x.map((value) => 10 * value), 1));
  expect(problem).toMatchObject({ residual: "plain", loss: { kind: "squared" } });
  expect(problem.form.name).toBe("sigmoid");
});

test("nothing dropped, nothing smoothed, no anchor: the rows as they are", () => {
  const problem = step2({ drop_early: 0, smoothing_window: 1, anchor: false });
  expect(problem.variables[0]).toEqual(Float64Array.of(50, 20, 100, 100, 1, 2, 3, 4, 5, 6, 7, 8, 9));
});

test("windows do not reach over the end of a run", () => {
  const problem = step2({ drop_early: 0, smoothing_window: 2, anchor: false });
  expect(problem.variables[0]!.slice(0, 3)).toEqual(Float64Array.of(50, 35, 100));
});

test("link and loss2 are choices", () => {
  const problem = step2({ link: "log-sigmoid", loss2: "huber", delta2: 0.01 });
  expect(problem.form.name).toBe("log-sigmoid");
  expect(problem.loss).toEqual({ kind: "huber", delta: 0.01 });
});

test("a checkpoint without accuracy is no point", () => {
  const gap = rows.map((row, i) => (i === 12 ? { ...row, metrics: { loss: 20 } } : row));
  const problem = problemOf(planLadder(gap, { drop_early: 0, smoothing_window: 1, anchor: false }).stages[1]);
  expect(problem.variables[0]).toHaveLength(12);
});

test("no accuracy at all is skipped with the reason, anchor or not", () => {
  const none = rows.map((row) => ({ ...row, metrics: { loss: row.metrics.loss! } }));
  expect(planLadder(none).stages[1]).toEqual({
    name: "step2",
    skipped: { reason: "no checkpoint of a fit run has both loss and accuracy of t" },
  });
});

test("smooth-first takes the moving average before early checkpoints are dropped", () => {
  const problem = step2({ smoothing_order: "smooth-first", smoothing_window: 2, anchor: false });
  expect(problem.variables[0]).toEqual(Float64Array.of(35, 50.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5));
});

test("another subject's feature is joined to the score at the same checkpoint of the same run", () => {
  const domain: Row[] = [9, 10, 11].map((d) => ({
    run: "long",
    d,
    subject: "c4",
    metrics: { loss: d / 10 },
  }));
  const problem = problemOf(
    planLadder([...rows, ...domain], {
      feature: "loss@c4",
      drop_early: 0,
      smoothing_window: 1,
      anchor: false,
    }).stages[1],
  );
  expect(problem.variables[0]).toEqual(Float64Array.of(0.9, 1, 1.1));
  expect(problem.response).toEqual(Float64Array.of(70, 80, 90));
});

test("bounds2 bounds the link", () => {
  const problem = step2({ bounds2: "a=-0.75..-0.749, b=0.999..1" });
  expect(problem.lower).toEqual(Float64Array.of(-0.75, 0, 0, 0.999));
  expect(problem.upper).toEqual(Float64Array.of(-0.749, Infinity, Infinity, 1));
  expect(step2({ bounds2: "free" }).lower).toEqual(new Float64Array(4).fill(-Infinity));
});
