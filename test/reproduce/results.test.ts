import { join } from "node:path";
import { expect, test } from "vitest";
import { getMethod } from "../../src/registry.ts";
import { describeDesign, indexResults } from "../../src/reproduce/results.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { smallLadder, TRUE_LINK, tableOfRows, trueAccuracy, trueLoss } from "../methods/tables.ts";
import { fakeSolver } from "../run/fake-solver.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const table = join(temporaryFolder().folder, "small.parquet");
await writeTable(table, checkpointTableToTable(tableOfRows(smallLadder(["t", "u"]))));
const { tables } = await runSweep(
  { method: "ladder", table, axes: { link: ["sigmoid", "linear", "log-sigmoid"] } },
  { solver: fakeSolver().solver },
);
const results = indexResults(tables, getMethod("ladder", "test").axes, "small.parquet");
const loss = trueLoss(7e9, 4e12);

test("a prediction is found by design, task and target; axes that a design leaves out have their defaults", () => {
  const main = results.prediction({}, "u", "big");
  expect(main.predicted).toBeCloseTo(trueAccuracy(loss), 12);
  expect(main.actual).toBe(trueAccuracy(loss));
  expect(main.featurePredicted).toBeCloseTo(loss, 12);
  expect(results.prediction({ link: "sigmoid", anchor: true }, "u", "big")).toEqual(main);
  expect(results.prediction({ link: "linear" }, "u", "big").predicted).toBeCloseTo(1 - 0.5 * loss, 12);
});

test("the fits of a cell, with parameters and whether they are at a bound", () => {
  const [step1, step2] = results.fits({}, "t");
  expect(step1).toMatchObject({ stage: "step1", objective: 0.5 });
  expect(step1!.parameters.get("alpha")).toEqual({ value: 0.2, atBound: false });
  expect(step2!.parameters.get("k")).toEqual({ value: TRUE_LINK[2], atBound: false });
  expect(step2!.parameters.get("b")).toEqual({ value: TRUE_LINK[3], atBound: true });
});

test("a number of a result table by the texts of its row", () => {
  expect(results.number("variance", { task: "t", metric: "loss" }, "checkpoints")).toBe(10);
  expect(() => results.number("variance", { task: "x", metric: "loss" }, "sd")).toThrow(
    "small.parquet: no sd in variance with task=x, metric=loss",
  );
});

test("a prediction that the table could not give is an error with the reason", () => {
  expect(() => results.prediction({ link: "log-sigmoid" }, "t", "big")).toThrow(
    "small.parquet: no prediction of t for big with link=log-sigmoid: no answer for log-sigmoid",
  );
  expect(() => results.prediction({}, "t", "small")).toThrow(
    /no prediction of t for small with the defaults/,
  );
});

test("a design that was not swept is a mistake of the record", () => {
  expect(() => results.prediction({ input: "c" }, "t", "big")).toThrow(
    "the sweep has no cell of t with input=c",
  );
  expect(describeDesign({ feature: "ce", anchor: false })).toBe("feature=ce, anchor=false");
});
