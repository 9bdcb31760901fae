import { expect, test } from "vitest";
import { indexRuns } from "../../../src/methods/runs.ts";
import { finalSpreads, varianceTable } from "../../../src/results/analysis/variance.ts";
import { type Row, tableOfRows } from "../../methods/tables.ts";
import { rowsOf } from "../../run/published.ts";

/** A run with one row a value, of one token more each. */
function run(name: string, n: number, losses: readonly number[], others: Partial<Row> = {}): Row[] {
  return losses.map((loss, i) => ({ run: name, n, d: i + 1, metrics: { loss }, ...others }));
}

const spreadsOf = (rows: readonly Row[], metrics = ["loss"], tasks = ["t"]) =>
  rowsOf(varianceTable(finalSpreads(indexRuns(tableOfRows(rows)), tasks, metrics)));

test("the last ten checkpoints of the fit run with the most FLOPs, as they were measured", () => {
  const rows = [
    // 12 checkpoints of 100 parameters are more FLOPs than 2 of 500.
    ...run("long", 100, [99, 99, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]),
    ...run("wide", 500, [7, 8]),
    ...run("target", 1e6, [5, 6], { role: "target" }),
  ];
  expect(spreadsOf(rows)).toEqual([
    { task: "t", metric: "loss", run: "long", checkpoints: 10, mean: 2, sd: 1, rel_sd: 0.5 },
  ]);
});

test("a run with fewer checkpoints gives what it has; one checkpoint has no deviation", () => {
  expect(spreadsOf(run("a", 1, [1, 2, 3]))[0]).toMatchObject({
    checkpoints: 3,
    mean: 2,
    sd: Math.sqrt(2 / 3),
  });
  expect(spreadsOf(run("a", 1, [4]))[0]).toMatchObject({ checkpoints: 1, mean: 4, sd: null, rel_sd: null });
});

test("checkpoints without the metric, and rows with a phase, do not count", () => {
  const rows = [
    ...run("a", 1, [1, 3]),
    { run: "a", n: 1, d: 9, metrics: { accuracy: 0.5 } },
    ...run("a", 1, [50], { phase: "early" }),
  ];
  expect(
    spreadsOf(rows, ["loss", "accuracy", "ce"]).map(({ metric, checkpoints }) => [metric, checkpoints]),
  ).toEqual([
    ["loss", 2],
    ["accuracy", 1],
  ]);
});
