import { describe, expect, test } from "vitest";
import type { Cell } from "../../../src/plan/plan-sweep.ts";
import { outcomesOf } from "../../../src/ranking/compare-axes.ts";
import { referenceConfiguration } from "../../../src/ranking/reference.ts";
import {
  configurationsTable,
  rankConfigurations,
} from "../../../src/results/analysis/rank-configurations.ts";
import { rowsOf } from "../../run/published.ts";
import { cellOf, configurationOf, methodOf, predictionOf } from "./hand-made.ts";

const method = methodOf({ link: "a", window: "5" });
const [first, second, narrow, none] = ["b", "a", "c", "d"].map((link) =>
  configurationOf({ link, window: "5" }),
);
const cells = [first!, second!].flatMap((one) => [cellOf(one, "t"), cellOf(one, "u")]);
const [firstT, firstU, secondT, secondU] = cells;
const narrowT = cellOf(narrow!, "t");
const noneT = cellOf(none!, "t");

test("configurations are ranked over tasks; one that predicts less comes last, unranked", () => {
  const predictions = [
    predictionOf(firstT!, "big", 0.2),
    predictionOf(firstU!, "big", -0.8),
    predictionOf(secondT!, "big", 0.4),
    predictionOf(secondU!, "big", 0.2),
    predictionOf(narrowT, "big", 0),
  ];
  const all = [...cells, narrowT, noneT];
  const rows = rowsOf(configurationsTable(method, rankConfigurations(all, outcomesOf(predictions))));
  expect(rows.map(({ rank, link, predictions }) => [rank, link, predictions])).toEqual([
    [1, "a", 2],
    [2, "b", 2],
    [null, "c", 1],
    [null, "d", 0],
  ]);
  expect(rows[0]!.mean_abs_error).toBeCloseTo(0.3, 12);
  expect(rows[0]!.mean_abs_rel_error).toBeCloseTo(0.15, 12);
  expect(rows[1]!.max_abs_rel_error).toBeCloseTo(0.4, 12);
  expect(rows[1]).toMatchObject({ worst_task: "u", worst_target: "big" });
  expect(rows[3]).toMatchObject({ mean_abs_error: null, worst_task: null });
});

test("without actual values nothing is ranked", () => {
  const predictions = [predictionOf(firstT!, "70B", 0.2, { actual: Number.NaN })];
  expect(rankConfigurations(cells, outcomesOf(predictions)).map(({ rank }) => rank)).toEqual([
    undefined,
    undefined,
  ]);
});

describe("configurations that predict losses and those that predict scores", () => {
  const score = ["a", "b"].map((link) => configurationOf({ link, window: "5" }));
  const loss = ["c", "d"].map((link) => configurationOf({ link, window: "5" }, "loss"));
  // Losses have smaller errors, and are of twice as many tasks.
  const scores = score.map((one) => cellOf(one, "t"));
  const losses = loss.flatMap((one) => [cellOf(one, "web"), cellOf(one, "code")]);
  const predictions = [
    predictionOf(scores[0]!, "big", 0.4),
    predictionOf(scores[1]!, "big", 0.2),
    ...[0.02, 0.02, 0.01, 0.01].map((error, i) => predictionOf(losses[i]!, "big", error)),
  ];
  const rowsFor = (cells: Cell[]) =>
    rowsOf(configurationsTable(method, rankConfigurations(cells, outcomesOf(predictions)))).map(
      ({ rank, predicts, link }) => [rank, predicts, link],
    );
  const rankedScores = [
    [1, "score", "b"],
    [2, "score", "a"],
  ];
  const rankedLosses = [
    [1, "loss", "d"],
    [2, "loss", "c"],
  ];

  test("are ranked apart, first what the sweep's first configuration predicts", () => {
    expect(rowsFor([...scores, ...losses])).toEqual([...rankedScores, ...rankedLosses]);
    expect(rowsFor([...losses, ...scores])).toEqual([...rankedLosses, ...rankedScores]);
  });

  test("that predict less than their own kind come last", () => {
    const narrow = cellOf(configurationOf({ link: "e", window: "5" }, "loss"), "web");
    expect(rowsFor([...losses, narrow, ...scores])).toEqual([
      ...rankedLosses,
      ...rankedScores,
      [null, "loss", "e"],
    ]);
  });
});

test("the reference is the configuration with the most defaults", () => {
  expect(referenceConfiguration(method.axes, cells)).toBe(second);
  expect(referenceConfiguration(method.axes, [narrowT, noneT])).toBe(narrow);
});
