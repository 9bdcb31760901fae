import { expect, test } from "vitest";
import { targetUnitLines } from "../../src/spec/prepare-sweep.ts";
import { smallLadder, tableOfRows } from "../methods/tables.ts";

const table = tableOfRows(smallLadder());
const target = (n: number, d: number) => ({ name: "8B", n, d, c: 6 * n * d });

test("a target in billions of a table in counts is named, with what the runs have", () => {
  expect(targetUnitLines(table, [target(8, 1600)])).toEqual([
    "target 8B has n = 8, runs to fit have 2e+8 to 1.3e+9: give it in the unit of the table",
    expect.stringMatching(/^target 8B has d = 1600, runs to fit have /),
  ]);
});

test("a target with exchanged sizes, or of another proportion than any run, is named with its tokens a parameter", () => {
  expect(targetUnitLines(table, [target(2e12, 7e9)])).toEqual([
    expect.stringMatching(
      /^target 8B has 0\.0035 tokens a parameter, runs to fit have [\d.]+ to [\d.]+: check /,
    ),
  ]);
  expect(targetUnitLines(table, [target(7e6, 2e14)])).toHaveLength(1);
  const inBillions = { name: "small", n: 7, d: 2, c: 84 };
  expect(targetUnitLines(table, [inBillions, target(2e12, 7e9)])).toHaveLength(3);
  expect(targetUnitLines(table, [target(7e9, 1.4e11), target(7e9, 2e13)])).toEqual([]);
});

test("a target that lacks one of the two sizes has no proportion", () => {
  expect(targetUnitLines(table, [target(7e9, Number.NaN), target(Number.NaN, 2e11)])).toEqual([]);
});

test("so is one in counts of a table in billions; any size that one would predict is none", () => {
  const billions = { ...table, n: table.n.map((n) => n / 1e9), d: table.d.map((d) => d / 1e9) };
  expect(targetUnitLines(billions, [target(8e9, 1.6e12)])).toHaveLength(2);
  expect(targetUnitLines(table, [target(1e12, 1e14), target(1e7, 1e9)])).toEqual([]);
});
