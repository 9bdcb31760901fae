import { expect, test } from "vitest";
import { flp } from "../../../src/papers/flp/flp.ts";
import { planTask, posed, reasonOf } from "../../methods/plan-task.ts";
import type { Row } from "../../methods/tables.ts";
import { FIT_FLOPS, flpRows, TARGET_FLOPS, TRUE_A, TRUTH, trueLoss, trueScore } from "./made-up.ts";

test("step 1 is the power law of the final losses of the domains, by residuals of logarithms", () => {
  const { problem, runs, runLengths } = posed(planTask(flp, flpRows()).stages[0]);
  expect(problem).toMatchObject({ residual: "log", loss: { kind: "squared" } });
  expect(problem.form.name).toBe("power-law");
  expect(problem.variables).toEqual([Float64Array.from(FIT_FLOPS)]);
  expect([...problem.response]).toEqual(FIT_FLOPS.map(trueLoss));
  expect(runs).toEqual(FIT_FLOPS.map((_, i) => `fit${i}`));
  expect(runLengths).toEqual([1, 1, 1, 1]);
});

test("step 2 is a line through the checkpoints whose loss improved and whose score beats chance", () => {
  const { problem, runLengths } = posed(planTask(flp, flpRows()).stages[1]);
  expect(problem).toMatchObject({ residual: "plain", loss: { kind: "squared" } });
  expect(problem.form.name).toBe("linear");
  expect(problem.response.length).toBe(runLengths.reduce((sum, length) => sum + length, 0));
  problem.response.forEach((score, i) => {
    expect(score).toBeGreaterThanOrEqual(0.3);
    expect(score).toBeCloseTo(trueScore(problem.variables[0]![i]!), 12);
  });
});

/** One run: losses and scores of its checkpoints. */
function runOf(name: string, points: readonly (readonly [loss: number, score: number])[]): Row[] {
  return points.flatMap(([loss, accuracy], i): Row[] => [
    { run: name, d: i + 1, metrics: { accuracy, chance: 0.25 } },
    { run: name, d: i + 1, subject: "web", metrics: { loss } },
  ]);
}

const uneven = [
  ...runOf("a", [
    [3, 0.26],
    [2.5, 0.31],
    [2.501, 0.4],
    [2.2, 0.5],
  ]),
  ...runOf("b", [
    [3, 0.2],
    [2.9, 0.28],
    [2.9, 0.5],
    [2.1, 0.52],
  ]),
];

test("the checkpoints that are left out are counted by reason", () => {
  const { problem, runs, runLengths, leftOut } = posed(planTask(flp, uneven).stages[1]);
  expect([...problem.variables[0]!]).toEqual([2.1, 2.5, 2.2]);
  expect([...problem.response]).toEqual([0.52, 0.31, 0.5]);
  expect([runs, runLengths]).toEqual([
    ["b", "a"],
    [1, 2],
  ]);
  expect(leftOut).toEqual([
    { reason: "at chance", points: 3 },
    { reason: "not improved", points: 2 },
  ]);
});

test("improvement of another loss, its decimals, the margin and neither rule are choices", () => {
  const other = uneven.map((row) =>
    row.subject === "web" ? { ...row, metrics: { ...row.metrics, ce: row.d === 3 ? 1 : 2 } } : row,
  );
  const kept = (axes: Record<string, unknown>) => [
    ...posed(planTask(flp, other, axes).stages[1]).problem.response,
  ];
  expect(kept({ improvement: "none" })).toEqual([0.5, 0.52, 0.31, 0.4, 0.5]);
  // The cross-entropy falls at the third checkpoint alone.
  expect(kept({ improvement: "ce@web" })).toEqual([0.5, 0.4]);
  expect(kept({ improvement_decimals: 0, improvement_unit: "table" })).toEqual([0.52, 0.5]);
  expect(kept({ margin: 0.2 })).toEqual([0.52, 0.5]);
  expect(kept({ emerged: false })).toEqual([0.2, 0.28, 0.52, 0.26, 0.31, 0.5]);
  expect(kept({ emerged: false, improvement: "none" })).toHaveLength(8);
});

test("without an emerged checkpoint step 2 is skipped with the best score", () => {
  const low = uneven.map(({ metrics, ...row }) => ({
    ...row,
    metrics: { ...metrics, ...("accuracy" in metrics && { accuracy: metrics.accuracy / 2 }) },
  }));
  const { stages, predict } = planTask(flp, low);
  expect(reasonOf(stages[1])).toBe(
    "no checkpoint of t whose loss improved beats chance (0.25) by 0.05: the best of 6 has 0.26",
  );
  expect(predict([Float64Array.of(TRUE_A, TRUTH.alpha), undefined])).toEqual([]);
});

test("a high score at a checkpoint that did not improve is not called the best", () => {
  const rows = runOf("a", [
    [3, 0.26],
    [3.1, 0.9],
  ]);
  expect(reasonOf(planTask(flp, rows).stages[1])).toBe(
    "no checkpoint of t whose loss improved beats chance (0.25) by 0.05: the best of 1 has 0.26",
  );
});

test("emerged asks for the chance level, emerged: false does not", () => {
  const without = uneven.map(({ metrics: { chance: _, ...metrics }, ...row }) => ({ ...row, metrics }));
  expect(reasonOf(planTask(flp, without).stages[1])).toContain("the chance level of t is not known");
  expect(posed(planTask(flp, without, { emerged: false }).stages[1]).problem.response).toHaveLength(6);
});

test("a target is predicted from its FLOPs through the loss, beside what was measured", () => {
  const { predict, at } = planTask(flp, flpRows());
  const truth = [Float64Array.of(TRUE_A, TRUTH.alpha), Float64Array.of(TRUTH.w0, TRUTH.w1)];
  const [prediction, ...others] = predict(truth);
  expect(others).toEqual([]);
  const loss = trueLoss(TARGET_FLOPS);
  expect(prediction!.target).toBe("big");
  expect(prediction!.featurePredicted).toBeCloseTo(loss, 12);
  expect(prediction!.featureActual).toBeCloseTo(loss, 12);
  expect(prediction!.predicted).toBeCloseTo(trueScore(loss), 12);
  expect(prediction!.actual).toBeCloseTo(trueScore(loss), 12);
  expect(prediction!.linkPredicted).toBeCloseTo(trueScore(loss), 12);
  expect(at!(truth, { n: 1, d: 1, c: TARGET_FLOPS })).toBe(prediction!.predicted);
});

test("the FLOPs may be 6 n d in place of the table's", () => {
  const { problem } = posed(planTask(flp, flpRows(), { flops: "6nd" }).stages[0]);
  const { n, d } = flpRows()
    .filter(({ run }) => run === "fit0")
    .at(-1)!;
  expect(problem.variables[0]![0]).toBe(6 * n! * d);
});
