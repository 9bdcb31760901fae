import { expect, test } from "vitest";
import { type Row, smallLadder, TRUE_LAW } from "../../methods/tables.ts";
import { planLadder, problemOf } from "./plan.ts";

const target = (run: string, d: number, phase: string | null, metrics: Record<string, number>): Row => ({
  run,
  role: "target",
  n: 7e9,
  d,
  phase,
  metrics,
});
const fit = smallLadder().filter(({ role }) => role !== "target");
const rows: Row[] = [
  ...fit,
  ...[3, 1, 2].map((i) => target("early", i, "early", { loss: 1 - 0.1 * i, mc_accuracy: 0.3 + 0.1 * i })),
  ...[4, 5].map((i) => target("early", i, null, { loss: 0.5, mc_accuracy: 0.2 * i, accuracy: 0.1 })),
  target("late", 9, null, { loss: 0.4, mc_accuracy: 0.7 }),
];
const axes = { format: "mc", drop_early: 0, smoothing_window: 2, final_window: 2 };

test("step 2 is fitted for each target on its own early checkpoints", () => {
  const { stages } = planLadder(rows, axes);
  expect(stages.map(({ name, target }) => [name, target])).toEqual([
    ["step1", undefined],
    ["step2", "early"],
    ["step2", "late"],
  ]);
  const problem = problemOf(stages[1]);
  expect([...problem.variables[0]!]).toEqual([0.9, 0.85, 0.75, 0].map((x) => expect.closeTo(x, 12)));
  expect([...problem.response]).toEqual([0.4, 0.45, 0.55, 1].map((y) => expect.closeTo(y, 12)));
});

test("a target without early checkpoints is skipped, the others are predicted", () => {
  const { stages, predict } = planLadder(rows, axes);
  expect(stages[2]).toMatchObject({
    skipped: {
      reason: "no early checkpoint (a row with a phase) of late has both loss and mc_accuracy of t",
    },
  });
  const predictions = predict([Float64Array.from(TRUE_LAW), Float64Array.of(-0.5, 0.5, 0, 1), undefined]);
  expect(predictions).toEqual([
    expect.objectContaining({
      target: "early",
      predicted: 0.75,
      linkPredicted: 0.75,
      featureActual: 0.5,
      actual: expect.closeTo(0.9, 12),
    }),
  ]);
});

test("ranked classification leaves early checkpoints and mc_accuracy alone", () => {
  const { stages, predict } = planLadder(rows, { ...axes, format: "rc" });
  expect(stages).toHaveLength(2);
  expect(problemOf(stages[1]).response).toHaveLength(9 * 12 + 1);
  const predictions = predict([Float64Array.from(TRUE_LAW), Float64Array.of(-0.5, 0.5, 0, 1)]);
  expect(predictions.map(({ target, actual }) => [target, actual])).toEqual([
    ["early", 0.1],
    ["late", Number.NaN],
  ]);
});
