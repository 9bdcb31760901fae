import { expect, test } from "vitest";
import { TASKS } from "../../src/reproduce/ladder/designs.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import { cell, findColumn } from "../../src/tables/table.ts";
import { writeOlmoLadder } from "../run/published.ts";
import { sharedData } from "../shared-data.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const runs = sharedData("olmo-ladder", "runs");
const { folder } = temporaryFolder();

/** Widths of the intervals of the link at its actual feature, by task and target. */
async function linkWidths(table: string, scheme: string): Promise<Map<string, number>> {
  const { tables } = await runSweep({
    preset: "ladder",
    table,
    tasks: Object.values(TASKS),
    starts: 32,
    profiles: false,
    backend: "cpu",
    bootstrap: { resamples: 400, scheme, intervals: "percentile" },
  });
  const intervals = tables.intervals!;
  const at = (name: string, row: number) => cell(findColumn(intervals, name)!, row);
  return new Map(
    Array.from({ length: intervals.rows }, (_, row) => row)
      .filter((row) => at("quantity", row) === "link")
      .map((row) => [
        `${at("task", row)} ${at("target", row)}`,
        Number(at("upper", row)) - Number(at("lower", row)),
      ]),
  );
}

test.skipIf(runs === undefined)(
  "on the real ladder, intervals of the step on checkpoints are 4 to 14 times too narrow by row (skipped without the data)",
  async () => {
    const table = `${folder}/ladder.parquet`;
    await writeOlmoLadder(table);
    const byRun = await linkWidths(table, "run");
    const byRow = await linkWidths(table, "row");
    expect(byRun.size).toBe(16);
    for (const [prediction, width] of byRun) {
      const ratio = width / byRow.get(prediction)!;
      expect(ratio, prediction).toBeGreaterThan(4);
      expect(ratio, prediction).toBeLessThan(14);
    }
  },
);
