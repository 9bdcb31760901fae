import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { runSweep } from "../../src/run/run-sweep.ts";
import type { LadderTruth } from "../../src/simulate/ladder.ts";
import { writeLadder } from "../../src/simulate/write.ts";
import type { SweepSpec } from "../../src/spec/spec.ts";
import { cell, findColumn, type Table } from "../../src/tables/table.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();
let truth: LadderTruth;

beforeAll(async () => {
  ({ truth } = await writeLadder(folder, { tasks: 2, runEffect: 0, checkpointNoise: 0, questions: 0 }));
});

const sweep = (axes: NonNullable<SweepSpec["axes"]>) =>
  runSweep({
    table: join(folder, "checkpoints.parquet"),
    method: "ladder",
    tasks: ["task1", "task2"],
    axes,
    starts: 32,
  });

const value = (table: Table, name: string, row: number) => cell(findColumn(table, name)!, row);
const rows = (table: Table) => Array.from({ length: table.rows }, (_, row) => row);

test("the ladder method finds the true parameters and target values of a table without noise", async () => {
  const { tables } = await sweep({ final_window: 1, smoothing_window: 1, anchor: false });
  const { parameters, predictions } = tables;
  expect(parameters.rows).toBe(2 * (5 + 4));
  for (const row of rows(parameters)) {
    const subject = truth.subjects.find((one) => one.subject === value(parameters, "task", row))!;
    const law = value(parameters, "stage", row) === "step1" ? subject.chinchilla : subject.sigmoid!;
    const expected = new Map(Object.entries(law)).get(String(value(parameters, "parameter", row)))!;
    expect(Math.abs(Number(value(parameters, "value", row)) / expected - 1)).toBeLessThan(1e-9);
  }
  expect(predictions.rows).toBe(2 * 2);
  for (const row of rows(predictions)) {
    const target = truth.targets.find(
      (one) =>
        one.subject === value(predictions, "task", row) && one.target === value(predictions, "target", row),
    )!;
    expect(value(predictions, "feature_predicted", row)).toBeCloseTo(target.loss, 10);
    expect(value(predictions, "predicted", row)).toBeCloseTo(target.accuracy!, 10);
  }
});

test("the mean of the last checkpoints does not bias a loss; smoothing and anchor move accuracy below 0.005", async () => {
  const { tables } = await sweep({});
  const { predictions } = tables;
  expect(predictions.rows).toBe(2 * 2);
  for (const row of rows(predictions)) {
    expect(Math.abs(Number(value(predictions, "feature_rel_error", row)))).toBeLessThan(1e-10);
    const error = Math.abs(Number(value(predictions, "error", row)));
    expect(error).toBeGreaterThan(1e-6);
    expect(error).toBeLessThan(0.005);
  }
});
