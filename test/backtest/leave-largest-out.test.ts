import { describe, expect, test } from "vitest";
import { formatLargestLeftOut, largestLeftOut } from "../../src/backtest/leave-largest-out.ts";
import { tableOfRecords } from "../../src/draw/records.ts";
import { backPrediction, cellOf, sigmoid } from "./made-up.ts";

describe("the largest run of each cut", () => {
  const cell = cellOf(sigmoid);
  const of = (own: Parameters<typeof backPrediction>[0]) => backPrediction({ cell, ...own });

  test("is the measured one with the most compute, once for each cell and cut", () => {
    const other = cellOf(sigmoid, "u");
    const predictions = [
      of({ cut: 100, target: "b", ratio: 8 }),
      of({ cut: 100, target: "a", ratio: 2 }),
      of({ cut: 100, target: "unmeasured", ratio: 16, actual: Number.NaN }),
      of({ cut: 200, target: "b", ratio: 4 }),
      of({ cell: other, cut: 100, target: "a", ratio: 2 }),
    ];
    const largest = largestLeftOut(predictions).map(({ cell, cut, target }) => [cell.task, cut, target]);
    expect(largest).toEqual([
      ["t", 100, "b"],
      ["t", 200, "b"],
      ["u", 100, "a"],
    ]);
  });

  test("is left out where it was measured nowhere", () => {
    expect(largestLeftOut([of({ actual: Number.NaN })])).toEqual([]);
  });
});

describe("the table for people", () => {
  const row = (task: string, cut: number, own: object = {}) => ({
    ...{ cell: task.length, task, cut, runs_used: 9, target: "big", ratio: 4, predicted: 2.2, actual: 2 },
    ...{
      error: 0.2,
      abs_rel_error: 0.1,
      interval: "percentile",
      level: 0.9,
      lower: 1.9,
      upper: 2.3,
      hit: true,
    },
    ...own,
  });

  test("has one row a prediction, by the first kind of interval, with tasks and axes that differ", () => {
    const rows = [
      row("t", 1e20, { link: "sigmoid" }),
      row("t", 1e20, { link: "sigmoid", interval: "conformal", lower: null, upper: null, hit: null }),
      row("tt", 1e20, { link: "linear", hit: false }),
    ];
    expect(formatLargestLeftOut(tableOfRecords(rows), ["link"])).toBe(
      [
        "",
        "the largest run of 1 cut, predicted from the runs up to it",
        "task     link    cut  runs  target  budget  forecast  actual  error (%)  90 % percentile  held",
        "t     sigmoid  1e+20     9  big        4 x    2.2000  2.0000      10.00   1.9000..2.3000  yes",
        "tt     linear  1e+20     9  big        4 x    2.2000  2.0000      10.00   1.9000..2.3000  no",
        "\n",
      ].join("\n"),
    );
  });

  test("has one row a cut where there are many, with medians and how many intervals held", () => {
    const tasks = Array.from({ length: 41 }, (_, i) => "t".repeat(i + 1));
    const rows = tasks.map((task, i) => row(task, 1e20, { abs_rel_error: i / 100, hit: i > 0 }));
    const text = formatLargestLeftOut(tableOfRecords(rows), []);
    expect(text).toContain("\n  cut  predictions  median budget  median error (%)  90 % percentile held\n");
    expect(text).toContain("1e+20           41            4 x             20.00              40 of 41\n");
  });

  test("is empty without rows", () => {
    expect(formatLargestLeftOut({ rows: 0, columns: [] }, [])).toBe("");
  });
});
