import { join } from "node:path";
import { expect, test } from "vitest";
import { runSweep } from "../../src/run/run-sweep.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { noisyLadder } from "../bootstrap/noisy-ladder.ts";
import { type Row, tableOfRows } from "../methods/tables.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();

async function warned(name: string, rows: readonly Row[]): Promise<string[]> {
  const table = join(folder, `${name}.parquet`);
  await writeTable(table, checkpointTableToTable(tableOfRows(rows)));
  const lines: string[] = [];
  await runSweep(
    { table, method: "ladder", starts: 32, backend: "cpu" },
    { onWarning: (line) => lines.push(line) },
  );
  return lines.filter((line) => line.includes("off its law"));
}

test("a run whose losses are in bits among others in nats is named; noise alone names none", async () => {
  const rows = noisyLadder(["t"]);
  const bits = rows.map((row) =>
    row.run === "400000000-40000000000"
      ? { ...row, metrics: { ...row.metrics, loss: row.metrics.loss! / Math.LN2 } }
      : row,
  );
  expect(await warned("nats", rows)).toEqual([]);
  expect(await warned("bits", bits)).toEqual([
    expect.stringMatching(
      /^run 400000000-40000000000 lies up to \d+ times the spread of the others off its law \(step1 of t\): a value in another unit/,
    ),
  ]);
});
