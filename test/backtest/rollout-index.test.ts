import { expect, test } from "vitest";
import { findCuts } from "../../src/backtest/cuts.ts";
import { rolloutIndex, rolloutTable } from "../../src/backtest/roll-out.ts";
import { smallLadder, tableOfRows } from "../methods/tables.ts";

const table = tableOfRows([...smallLadder(), { run: "26000000000", n: 1.3e9, d: 1, metrics: { loss: 9 } }]);
const [cut] = findCuts(table, { by: "n", least_runs: 4 }, "test").cuts;
const rolled = rolloutTable(table, cut!);
const index = rolloutIndex(rolled, cut!, new Map());

test("larger fit runs are the targets, at the end of their training; the table's own are none", () => {
  expect(index.targets.map(({ name }) => name)).toEqual([...cut!.heldOut.keys()]);
  expect(index.targets.map(({ name }) => name)).not.toContain("big");
  const longest = index.targets.find(({ name }) => name === "1300000000-260000000000")!;
  expect(longest).toMatchObject({ n: 1.3e9, d: 2.6e11, c: 6 * 1.3e9 * 2.6e11 });
});

test("the smaller ones are fitted", () => {
  expect(index.fitRuns("t").map(({ run }) => run)).toEqual([...cut!.fitted.keys()]);
  expect([...index.selected("all")]).toEqual([...cut!.fitted.keys()]);
});

test("a target has all its checkpoints", () => {
  expect(index.targetRows("t", "1300000000-260000000000")).toHaveLength(12);
});

test("nothing but the roles is another's, and the table keeps its own", () => {
  expect(rolled.n).toBe(table.n);
  expect(rolled.metrics).toBe(table.metrics);
  expect(new Set(table.role.slice(0, 108))).toEqual(new Set(["fit"]));
});
