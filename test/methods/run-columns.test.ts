import { expect, test } from "vitest";
import { RUN_COLUMNS, runColumns } from "../../src/methods/run-columns.ts";
import { findColumn } from "../../src/tables/table.ts";
import { tableOfRows } from "./tables.ts";

const table = runColumns(
  tableOfRows([
    { run: "long", n: 1e8, d: 1.002e10, metrics: {} },
    { run: "long", n: 1e8, d: 1e9, metrics: {} },
    { run: "short", n: 1e8, d: 2.0031e9, metrics: {} },
    { run: "same", n: 5e8, d: 2.004e9, c: 6 * 1e8 * 1.002e10, metrics: {} },
    { run: "short", n: 1e8, d: 9e9, phase: "early", metrics: {} },
    { run: "big", n: 7e9, d: 4e12, role: "target", metrics: {} },
  ]),
);
const values = (name: string) => [...findColumn(table, name)!.values];

test("a run stands where its main series ends; targets are left out", () => {
  expect(values("run")).toEqual(["short", "long", "same"]);
  expect(values("d")).toEqual([2.0031e9, 1.002e10, 2.004e9]);
  expect(values("xc")).toEqual([1, 5, 0.2]);
});

test("runs are ranked by FLOPs, of equal ones the smaller first", () => {
  expect(values("flops_rank")).toEqual([1, 2, 3]);
});

test("sizes are ranked, runs of one size alike", () => {
  expect(values("n_rank")).toEqual([1, 1, 2]);
});

test("the columns are those that are documented", () => {
  expect(table.columns.map(({ name }) => name)).toEqual(Object.keys(RUN_COLUMNS));
});
