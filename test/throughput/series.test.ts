import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageFolder } from "../../src/solve/paths.ts";
import { readTable } from "../../src/tables/read.ts";
import { findColumn } from "../../src/tables/table.ts";
import { readCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";
import { type BenchProblem, ladderSeries, readSeriesSource } from "../../src/throughput/bench-problems.ts";
import { objective, toPeerProblem } from "../../src/throughput/exchange.ts";
import { sharedData } from "../shared-data.ts";

test("the simulated sample gives a loss series a subject and one sigmoid", async () => {
  const sample = join(packageFolder, "data-samples", "ladder", "checkpoints.parquet");
  const series = ladderSeries(await readCheckpointTable(sample));
  expect(series.map(({ name, kind }) => [name, kind])).toEqual([
    ...["code", "task1", "task2", "task3", "task4", "web"].map((name) => [name, "loss"]),
    ["task1_sigmoid", "link"],
  ]);
  for (const { kind, problem } of series.filter(({ kind }) => kind === "loss")) {
    expect(kind).toBe("loss");
    expect(problem.response).toHaveLength(16);
    expect(problem).toMatchObject({ loss: { kind: "huber", delta: 1e-3 }, residual: "log" });
  }
  expect(series.at(-1)!.problem).toMatchObject({ loss: { kind: "squared" }, residual: "plain" });
});

const realFolder = sharedData("olmo-ladder");
const absent = realFolder === undefined ? " (absent: no OLMo ladder data)" : "";

/** Parameters that the published code lands on, in the form's order. */
async function publishedParameters(fit: string, task: string): Promise<number[]> {
  const table = await readTable(join(realFolder!, "expected", "fit_params.csv"));
  const text = (name: string, row: number) => findColumn(table, name)!.values[row];
  return Array.from({ length: table.rows }, (_, row) => row)
    .filter((row) => text("fit", row) === fit && text("task", row) === task)
    .map((row) => Number(text("value", row)));
}

describe.skipIf(realFolder === undefined)(`the real runs${absent}`, () => {
  const find = (series: BenchProblem[], name: string) => series.find((entry) => entry.name === name)!;

  test("every loss of the runs is a series, MMLU's parts and averages too", async () => {
    const { table, data } = await readSeriesSource(realFolder);
    expect(data).toBe("real");
    const losses = ladderSeries(table).filter(({ kind }) => kind === "loss");
    expect(losses.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["mmlu_stem_val", "mmlu_avg_test", "mmlu_avg_val", "winogrande_val", "c4"]),
    );
    expect(losses).toHaveLength(33);
    for (const { problem } of losses) expect(problem.response).toHaveLength(16);
  });

  // The least objectives that any program has found, from thousands of starts.
  test("the published parameters are the best of HellaSwag's loss and of its accuracy", async () => {
    const series = ladderSeries((await readSeriesSource(realFolder)).table);
    const asPeer = (name: string) => toPeerProblem(name, find(series, name).problem, new Float64Array())!;
    const step1 = await publishedParameters("step1", "hellaswag_val");
    expect(step1).toHaveLength(5);
    expect(objective(asPeer("hellaswag_val"), step1) / 3.453109028e-5).toBeCloseTo(1, 5);
    const sigmoid = asPeer("hellaswag_val_sigmoid");
    expect(sigmoid.response).toHaveLength(1402);
    const step2 = await publishedParameters("step2", "hellaswag_val");
    expect(objective(sigmoid, step2) / 2.591979528e-2).toBeCloseTo(1, 6);
  });
});
