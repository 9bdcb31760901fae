import { expect, test } from "vitest";
import { compareAxes, outcomesOf } from "../../../src/ranking/compare-axes.ts";
import { axisImportanceTable, rankAxes } from "../../../src/results/analysis/axis-importance.ts";
import { processorSeconds } from "../../processor-time.ts";
import { rowsOf } from "../../run/published.ts";
import { cellOf, configurationOf, methodOf, predictionOf } from "./hand-made.ts";

const method = methodOf({ delta: "1", link: "a", window: "5", other: "x" });

/** All cells of delta x link x window; the error is the sum of what each value adds. */
function crossed(add: Readonly<Record<string, number>>) {
  return ["1", "2"].flatMap((delta) =>
    ["a", "b", "c"].flatMap((link) =>
      ["5", "9"].map((window) => {
        const error = add[link]! + add[window]!;
        return predictionOf(cellOf(configurationOf({ delta, link, window, other: "x" }), "t"), "big", error);
      }),
    ),
  );
}

function importance(predictions: ReturnType<typeof crossed>) {
  const cells = predictions.map((one) => one.cell);
  return rowsOf(
    axisImportanceTable(method, rankAxes(compareAxes(method.axes, cells, outcomesOf(predictions)))),
  );
}

test("axes are ranked by how far the errors lie apart, and one without effect is idle", () => {
  const rows = importance(crossed({ a: 0.4, b: 0.2, c: 1, 5: 0.1, 9: 0.2 }));
  expect(
    rows.map(({ rank, axis, values, comparisons, ties, idle }) => [
      rank,
      axis,
      values,
      comparisons,
      ties,
      idle,
    ]),
  ).toEqual([
    [1, "link", 3, 4, 0, false],
    [2, "window", 2, 6, 0, false],
    [3, "delta", 2, 6, 6, true],
  ]);
  const [link, window, delta] = rows;
  expect(link!.mean_range_abs_error).toBeCloseTo(0.8, 12);
  expect(link!.mean_range_abs_rel_error).toBeCloseTo(0.4, 12);
  expect(link!.max_range_abs_rel_error).toBeCloseTo(0.4, 12);
  expect(link).toMatchObject({ reference: "a", best: "b" });
  expect(link!.best_diff_abs_rel_error).toBeCloseTo(-0.1, 12);
  expect(window).toMatchObject({ reference: "5", best: "5", best_diff_abs_rel_error: 0 });
  expect(delta).toMatchObject({ mean_range_abs_error: 0, best: "1" });
});

test("an axis of which no two cells compare has no rank, and is not called idle", () => {
  const one = (link: string, window: string, error: number) =>
    predictionOf(cellOf(configurationOf({ delta: "1", link, window, other: "x" }), "t"), "big", error);
  const rows = importance([one("a", "5", 0.1), one("a", "9", 0.3), one("b", "7", 0.3)]);
  expect(rows.map(({ axis, comparisons, idle }) => [axis, comparisons, idle])).toEqual([
    ["window", 1, false],
    ["link", 0, null],
  ]);
  expect(rows[1]).toMatchObject({
    mean_range_abs_error: null,
    max_range_abs_rel_error: null,
    best: null,
    rank: null,
  });
});

test("16 axes over 5,000 cells and two targets take well under a second of processor time", async () => {
  const names = Array.from({ length: 16 }, (_, a) => `axis${a}`);
  const wide = methodOf(Object.fromEntries(names.map((name) => [name, "0"])));
  const predictions = Array.from({ length: 500 }, (_, i) =>
    configurationOf(Object.fromEntries(names.map((name, a) => [name, String((i >> (a % 9)) & 1)]))),
  ).flatMap((configuration, i) =>
    Array.from({ length: 10 }, (_, task) => cellOf(configuration, `task${task}`)).flatMap((cell) => [
      predictionOf(cell, "big", i / 1000),
      predictionOf(cell, "huge", i / 500),
    ]),
  );
  const cells = [...new Set(predictions.map((one) => one.cell))];
  const seconds = await processorSeconds(() =>
    expect(rankAxes(compareAxes(wide.axes, cells, outcomesOf(predictions)))).toHaveLength(16),
  );
  expect(seconds).toBeLessThan(1);
});
