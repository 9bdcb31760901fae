import { expect, test } from "vitest";
import { findCuts } from "../../src/backtest/cuts.ts";
import { smallLadder, tableOfRows } from "../methods/tables.ts";
import { messageOf } from "../tables/temporary.ts";

const table = tableOfRows(smallLadder());
const cutsOf = (by: "n" | "c", leastRuns: number, rows = table) =>
  findCuts(rows, { by, least_runs: leastRuns }, "a.yaml");
const refusal = (by: "n" | "c", leastRuns: number, rows = table) =>
  messageOf(Promise.resolve().then(() => cutsOf(by, leastRuns, rows)));

test("by size there is a cut at each size but the largest", () => {
  const { cuts, tooFew } = cutsOf("n", 1);
  expect(cuts.map(({ size }) => size)).toEqual([2e8, 4e8]);
  expect(cuts.map(({ fitted, heldOut }) => [fitted.size, heldOut.size])).toEqual([
    [3, 6],
    [6, 3],
  ]);
  expect(tooFew).toBe(0);
});

test("by FLOPs there is a cut at each run but the largest", () => {
  const { cuts } = cutsOf("c", 1);
  expect(cuts.map(({ fitted }) => fitted.size)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test.each(["n", "c"] as const)("by %s no run at or below a cut is held out, and none is lost", (by) => {
  for (const { size, fitted, heldOut } of cutsOf(by, 1).cuts) {
    expect(Math.max(...fitted.values())).toBe(size);
    expect(Math.min(...heldOut.values())).toBeGreaterThan(size);
    expect(new Set([...fitted.keys(), ...heldOut.keys()]).size).toBe(9);
  }
});

test("runs of the same FLOPs stand on one side of a cut", () => {
  const row = (run: string, d: number) => ({ run, d, metrics: { loss: 1 } });
  const { cuts } = cutsOf("c", 1, tableOfRows([row("a", 1), row("b", 2), row("b again", 2), row("c", 3)]));
  expect(cuts.map(({ fitted }) => [...fitted.keys()])).toEqual([["a"], ["a", "b", "b again"]]);
});

test("cuts of too few runs are left out and counted", () => {
  const { cuts, tooFew } = cutsOf("c", 6);
  expect(cuts.map(({ fitted }) => fitted.size)).toEqual([6, 7, 8]);
  expect(tooFew).toBe(5);
});

test("the table's own targets are neither fitted nor held out", () => {
  for (const { fitted, heldOut } of cutsOf("c", 1).cuts) {
    expect([...fitted.keys(), ...heldOut.keys()]).not.toContain("big");
  }
});

test("a table of one size has no cut, and the reason says so", async () => {
  const one = tableOfRows(smallLadder().filter(({ n }) => n === 2e8));
  expect(await refusal("n", 1, one)).toBe(
    "UserError: a.yaml: backtest: no cut is possible: the 3 fit runs of made by hand have one n (200000000): none is " +
      "larger than another; allowed: by: c",
  );
});

test("too few runs below the largest have no cut, and the reason says so", async () => {
  expect(await refusal("n", 7)).toBe(
    "UserError: a.yaml: backtest: no cut is possible: of the 9 fit runs of made by hand 6 are below the largest n, and " +
      "least_runs is 7; allowed: a smaller least_runs, or by: c",
  );
});
