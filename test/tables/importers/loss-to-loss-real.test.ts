import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type CheckpointTable, checkpointTableToTable } from "../../../src/tables/checkpoint-table.ts";
import { lossToLoss } from "../../../src/tables/importers/loss-to-loss.ts";
import { inspectTable } from "../../../src/tables/inspect.ts";
import { toCheckpointTable } from "../../../src/tables/to-checkpoint-table.ts";
import { sharedData } from "../../shared-data.ts";

const folder = sharedData("loss-to-loss");

/** The domain that is the held-out part of a corpus. */
const OWN: Record<string, string> = {
  "smollm-corpus": "smollm",
  "fineweb-edu-100b": "fineweb_edu_100b",
  "slimpajama-chunk1": "slimpajama",
  "fineweb-100b": "fineweb_100b",
  "proof-pile-2": "proof_pile_2",
  starcoder: "starcoder",
};

describe.skipIf(folder === undefined)(`the loss-to-loss runs${folder ? "" : " (absent)"}`, () => {
  let table: CheckpointTable;

  beforeAll(async () => {
    ({ table } = await lossToLoss.read([join(folder!, "sweep.csv")]));
  });

  test("529 runs of six corpora, each with the same subjects", () => {
    const runs = inspectTable(table).runs;
    expect(runs).toHaveLength(529);
    const corpora = runs.map(({ family }) => family);
    const counts = Object.keys(OWN).map((corpus) => corpora.filter((family) => family === corpus).length);
    expect(counts).toEqual([89, 91, 89, 90, 86, 84]);
    expect(new Set(table.subject).size).toBe(26);
    expect(table.rows).toBe(529 * 26);
  });

  test("the budget is 6ND, and a run's own corpus has the loss of its domain", () => {
    const loss = table.metrics.get("loss")!;
    const byRun = new Map<string, Map<string, number>>();
    table.run.forEach((run, row) => {
      expect(table.c[row]! / (6 * table.n[row]! * table.d[row]!)).toBeCloseTo(1, 9);
      byRun.set(run, (byRun.get(run) ?? new Map()).set(table.subject[row]!, loss[row]!));
    });
    table.run.forEach((run, row) => {
      const losses = byRun.get(run)!;
      expect(losses.get("own_corpus")).toBe(losses.get(OWN[table.family[row]!]!));
    });
  });

  test("reads back as a checkpoint table in which only the absence of targets looks wrong", () => {
    const read = toCheckpointTable(checkpointTableToTable(table), "sweep");
    const { findings } = inspectTable(read);
    expect(findings.map(({ check }) => check)).toEqual(["no-target"]);
  });
});
