import { expect, test } from "vitest";
import { indexRuns } from "../../../src/methods/runs.ts";
import { runsUsedBy } from "../../../src/plan/runs-used.ts";
import type { ScoredPrediction } from "../../../src/plan/score.ts";
import { curveMeansTable, curvePoints, curvesTable } from "../../../src/results/analysis/curves.ts";
import { tableOfRows } from "../../methods/tables.ts";
import { rowsOf } from "../../run/published.ts";
import { cellOf, configurationOf, methodOf, predictionOf } from "./hand-made.ts";

const method = methodOf({ runs: "all", link: "a" });

// Runs of 100 and 200 parameters on 20 and 40 tokens a parameter; the last one was not measured on task u.
const table = tableOfRows([
  { run: "s1", n: 100, d: 1000, subject: "t", metrics: { loss: 1 } },
  { run: "s1", n: 100, d: 2000, subject: "t", metrics: { loss: 1 } },
  { run: "s1", n: 100, d: 2000, subject: "u", metrics: { loss: 1 } },
  { run: "s2", n: 100, d: 4000, subject: "t", metrics: { loss: 1 } },
  { run: "s2", n: 100, d: 4000, subject: "u", metrics: { loss: 1 } },
  { run: "m1", n: 200, d: 4000, subject: "t", metrics: { loss: 1 } },
]);
const usedBy = runsUsedBy(
  indexRuns(
    table,
    new Map([
      ["n <= 100", new Set(["s1", "s2"])],
      ["xc <= 1", new Set(["s1", "m1"])],
    ]),
  ),
);

const cell = (runs: string, task: string, link = "a") => cellOf(configurationOf({ runs, link }), task);

function configurations(links: readonly string[], runs: readonly string[]) {
  return links.flatMap((link) => runs.map((one) => configurationOf({ runs: one, link })));
}

test("the points of a curve differ in the runs alone, the least compute first, with what the runs amount to", () => {
  const predictions = [
    predictionOf(cell("all", "t"), "big", 0.2, { featurePredicted: 3, featureActual: 4, linkPredicted: 1 }),
    predictionOf(cell("n <= 100", "t"), "big", -0.4),
    predictionOf(cell("xc <= 1", "t"), "big", 0.6),
    // On its own with link b: no curve.
    predictionOf(cell("all", "t", "b"), "big", 0.2),
  ];
  const rows = rowsOf(curvesTable(method, curvePoints(method, usedBy, predictions)));
  expect(
    rows.map(({ runs, runs_used, largest_n, largest_xc, largest_c, total_c }) => {
      return [runs, runs_used, largest_n, largest_xc, largest_c, total_c];
    }),
  ).toEqual([
    ["n <= 100", 2, 100, 2, 6 * 100 * 4000, 6 * (100 * 2000 + 100 * 4000)],
    ["xc <= 1", 2, 200, 1, 6 * 200 * 4000, 6 * (100 * 2000 + 200 * 4000)],
    ["all", 3, 200, 2, 6 * 200 * 4000, 6 * (100 * 2000 + 100 * 4000 + 200 * 4000)],
  ]);
  expect(rows[0]).toMatchObject({
    method: "hand",
    task: "t",
    target: "big",
    link: "a",
    feature_abs_rel_error: null,
  });
  expect(rows[0]!.abs_error).toBeCloseTo(0.4, 12);
  expect(rows[0]!.abs_rel_error).toBeCloseTo(0.2, 12);
  expect(rows[2]!.feature_abs_rel_error).toBeCloseTo(0.25, 12);
  expect(rows[2]!.link_abs_rel_error).toBeCloseTo(0.5, 12);
});

test("the mean over tasks counts the tasks whose actual value is known", () => {
  const predictions: ScoredPrediction[] = configurations(["a", "b"], ["all", "n <= 100"]).flatMap((one) => [
    predictionOf(cellOf(one, "t"), "big", 0.2, { featurePredicted: 3, featureActual: 4 }),
    predictionOf(cellOf(one, "u"), "big", one.values.get("link") === "a" ? -0.6 : Number.NaN),
  ]);
  const rows = rowsOf(curveMeansTable(method, usedBy, curvePoints(method, usedBy, predictions)));
  expect(rows.map(({ link, runs, runs_used, tasks }) => [link, runs, runs_used, tasks])).toEqual([
    ["a", "n <= 100", 2, 2],
    ["a", "all", 3, 2],
    ["b", "n <= 100", 2, 1],
    ["b", "all", 3, 1],
  ]);
  expect(rows[0]!.mean_abs_error).toBeCloseTo(0.4, 12);
  expect(rows[0]!.mean_abs_rel_error).toBeCloseTo(0.2, 12);
  expect(rows[0]!.mean_feature_abs_rel_error).toBeCloseTo(0.25, 12);
  expect(rows[0]!.mean_link_abs_rel_error).toBeNull();
  expect(rows[2]!.mean_abs_rel_error).toBeCloseTo(0.1, 12);
});

test("runs that a task was not measured on are not counted for it", () => {
  const predictions = ["all", "n <= 100"].map((runs) => predictionOf(cell(runs, "u"), "big", 0.2));
  const rows = rowsOf(curvesTable(method, curvePoints(method, usedBy, predictions)));
  expect(rows.map(({ runs_used, largest_n }) => [runs_used, largest_n])).toEqual([
    [2, 100],
    [2, 100],
  ]);
});

test("a method without the axis has no curves", () => {
  const other = methodOf({ link: "a" });
  const predictions = ["a", "b"].map((link) =>
    predictionOf(cellOf(configurationOf({ link }), "t"), "big", 1),
  );
  expect(curvePoints(other, usedBy, predictions)).toEqual([]);
});
