import { expect, test } from "vitest";
import type { ScoredPrediction } from "../../../src/plan/score.ts";
import { compareAxes, outcomesOf } from "../../../src/ranking/compare-axes.ts";
import { choicesTable } from "../../../src/results/analysis/choices.ts";
import { rowsOf } from "../../run/published.ts";
import { cellOf, configurationOf, methodOf, predictionOf } from "./hand-made.ts";

const method = methodOf({ link: "a", window: "5", fixed: "x" });

function choices(predictions: readonly ScoredPrediction[]) {
  const cells = [...new Set(predictions.map((one) => one.cell))];
  const outcomes = outcomesOf(predictions);
  return rowsOf(choicesTable(method, compareAxes(method.axes, cells, outcomes), outcomes));
}

const cell = (link: string, window: string, task = "t") =>
  cellOf(configurationOf({ link, window, fixed: "x" }), task);

test("each value is held against the default where all else is equal, as a paper's table would", () => {
  // Absolute errors of t then u; relative ones are half of them, as the actual value is 2.
  const rows = choices([
    predictionOf(cell("a", "5"), "big", 0.2),
    predictionOf(cell("b", "5"), "big", -0.6),
    predictionOf(cell("a", "1"), "big", 0.2),
    predictionOf(cell("b", "1"), "big", 0.1),
    predictionOf(cell("a", "5", "u"), "big", -0.4),
    predictionOf(cell("b", "5", "u"), "big", 0.2),
  ]);
  expect(rows.map(({ axis, value, is_default }) => [axis, value, is_default])).toEqual([
    ["link", "a", true],
    ["link", "b", false],
    ["window", "5", true],
    ["window", "1", false],
  ]);
  const [a, b, five, one] = rows;
  expect(a).toMatchObject({ predictions: 3, reference: "a", pairs: null, diff_abs_error: null, wins: null });
  expect(a!.mean_abs_error).toBeCloseTo((0.2 + 0.2 + 0.4) / 3, 12);
  expect(a!.mean_abs_rel_error).toBeCloseTo((0.2 + 0.2 + 0.4) / 6, 12);
  expect(b).toMatchObject({ reference: "a", pairs: 3, wins: 2, losses: 1, ties: 0 });
  // 0.6 - 0.2, 0.1 - 0.2, 0.2 - 0.4
  expect(b!.diff_abs_error).toBeCloseTo(0.1 / 3, 12);
  expect(b!.diff_abs_rel_error).toBeCloseTo(0.05 / 3, 12);
  expect(five).toMatchObject({ predictions: 4 });
  // Task u has no cell with window 1: it is in the mean of window 5 and in no pair.
  expect(one).toMatchObject({ predictions: 2, pairs: 2, wins: 1, losses: 0, ties: 1 });
  expect(one!.diff_abs_error).toBeCloseTo(-0.25, 12);
});

test("a value that predicts nothing is still said", () => {
  const skipped = cell("b", "5");
  const predictions = [predictionOf(cell("a", "5"), "big", 0.2)];
  const outcomes = outcomesOf(predictions);
  const compared = compareAxes(method.axes, [predictions[0]!.cell, skipped], outcomes);
  expect(rowsOf(choicesTable(method, compared, outcomes))[1]).toMatchObject({
    value: "b",
    predictions: 0,
    mean_abs_error: null,
    pairs: 0,
    diff_abs_rel_error: null,
  });
});

test("predictions without an actual value, or with one of 0, do not count", () => {
  const rows = choices([
    predictionOf(cell("a", "5"), "big", 0.2, { actual: Number.NaN }),
    predictionOf(cell("b", "5"), "big", 0.2, { actual: 0 }),
  ]);
  expect(rows.map(({ predictions }) => predictions)).toEqual([0, 0]);
});

test("targets are not held against each other", () => {
  const rows = choices([predictionOf(cell("a", "5"), "big", 0.2), predictionOf(cell("b", "5"), "huge", 0.4)]);
  expect(rows[1]).toMatchObject({ predictions: 1, pairs: 0 });
});

test("without the default the first value of the sweep is the reference", () => {
  const rows = choices([predictionOf(cell("c", "5"), "big", 0.2), predictionOf(cell("b", "5"), "big", 0.4)]);
  expect(
    rows.map(({ value, reference, is_default, losses }) => [value, reference, is_default, losses]),
  ).toEqual([
    ["c", "c", false, null],
    ["b", "c", false, 1],
  ]);
});
