import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type CheckpointTable, checkpointTableToTable } from "../../../src/tables/checkpoint-table.ts";
import { dataMixing } from "../../../src/tables/importers/data-mixing.ts";
import { inspectTable } from "../../../src/tables/inspect.ts";
import { toCheckpointTable } from "../../../src/tables/to-checkpoint-table.ts";
import { sharedData } from "../../shared-data.ts";

const folder = sharedData("mixing");

describe.skipIf(folder === undefined)(`the SlimPajama mixtures${folder ? "" : " (absent)"}`, () => {
  let table: CheckpointTable;
  let notes: string[];

  beforeAll(async () => {
    ({ table, notes } = await dataMixing.read([join(folder!, "dmsl_llm_slimpajama.csv")]));
  });

  test("224 runs on 61 mixtures; the 4 of the largest size are targets; 16 losses are missing", () => {
    const { runs } = inspectTable(table);
    expect(runs).toHaveLength(224);
    expect(new Set(table.family).size).toBe(61);
    expect(runs.filter(({ role }) => role === "target").map(({ n }) => n)).toEqual(Array(4).fill(2.718e9));
    expect(runs.reduce((sum, { checkpoints }) => sum + checkpoints, 0)).toBe(2452);
    expect(table.rows).toBe(2452 * 8 - 16);
    expect(notes.filter((note) => note.endsWith("missing"))).toEqual([
      "column github_loss: 2 of 2452 values missing",
      "column stackexchange_loss: 5 of 2452 values missing",
      "column wikipedia_loss: 6 of 2452 values missing",
      "column openhermes_loss: 3 of 2452 values missing",
    ]);
  });

  test("sources are domains too, openhermes is not; shares sum to 1", () => {
    const sources = [...table.mixes.keys()];
    expect([...new Set(table.subject)]).toEqual([...sources, "openhermes"]);
    for (let row = 0; row < table.rows; row++) {
      const sum = sources.reduce((total, source) => total + table.mixes.get(source)![row]!, 0);
      if (Math.abs(sum - 1) > 1e-12) throw new Error(`row ${row}: ${sum}`);
    }
  });

  test("the first checkpoint is the first row of the file", () => {
    expect([table.run[0], table.subject[0], table.d[0]]).toEqual(["mix01-122M", "arxiv", 1.998e9]);
    expect(table.metrics.get("loss")![0]).toBe(3.014416003227234);
    expect(table.mixes.get("commoncrawl")![0]).toBeCloseTo(0.350769, 6);
    expect(table.c[0]).toBe(6 * 1.22e8 * 1.998e9);
  });

  test("reads back as a checkpoint table in which nothing looks wrong", () => {
    const read = toCheckpointTable(checkpointTableToTable(table), "mixing");
    expect(read.mixes).toEqual(table.mixes);
    expect(inspectTable(read).findings).toEqual([]);
  });
});
