import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { objective } from "../../bench/objective.ts";
import { ladderRunsFolder, ladderSeries } from "../../bench/series.ts";
import { readTable } from "../../src/tables/read.ts";
import { findColumn } from "../../src/tables/table.ts";

const folder = ladderRunsFolder();
const absent = folder === undefined ? " (absent: no real ladder runs in LAWFIT_SHARED)" : "";

/** Parameters that the published code lands on, in the form's order. */
async function publishedParameters(fit: string, task: string): Promise<number[]> {
  const table = await readTable(join(folder!, "..", "expected", "fit_params.csv"));
  const text = (name: string, row: number) => findColumn(table, name)!.values[row];
  return Array.from({ length: table.rows }, (_, row) => row)
    .filter((row) => text("fit", row) === fit && text("task", row) === task)
    .map((row) => Number(text("value", row)));
}

describe.skipIf(folder === undefined)(`the benchmark's problems from the real runs${absent}`, () => {
  test("every loss series has a point a run, and its own starts", async () => {
    const { losses } = await ladderSeries(folder!, { starts: 3 });
    expect(losses.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["mmlu_stem_val", "mmlu_avg_test", "mmlu_avg_val", "winogrande_val", "c4"]),
    );
    expect(losses).toHaveLength(23);
    for (const problem of losses) {
      expect(problem.response).toHaveLength(16);
      expect(problem.columns.map((column) => column.length)).toEqual([16, 16]);
      expect(problem.response.every((value) => value > 0)).toBe(true);
      expect(problem.starts).toHaveLength(3);
    }
    expect(losses[0]!.starts).not.toEqual(losses[1]!.starts);
  });

  // The least objectives that any program has found, from thousands of starts.
  test("the published parameters are the best of HellaSwag's loss and of its accuracy", async () => {
    const { losses, sigmoid } = await ladderSeries(folder!, { starts: 1 });
    const hellaswag = losses.find(({ name }) => name === "hellaswag_val")!;
    const step1 = await publishedParameters("step1", "hellaswag_val");
    expect(step1).toHaveLength(5);
    expect(objective(hellaswag, step1) / 3.453109028e-5).toBeCloseTo(1, 5);
    expect(sigmoid.response).toHaveLength(1402);
    const step2 = await publishedParameters("step2", "hellaswag_val");
    expect(objective(sigmoid, step2) / 2.591979528e-2).toBeCloseTo(1, 6);
  });
});
