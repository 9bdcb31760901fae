import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SweepSpec } from "../../src/spec/spec.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { noisyLadder } from "../bootstrap/noisy-ladder.ts";
import { tableOfRows } from "../methods/tables.ts";

/** Writes a small noisy ladder as a table. @returns a sweep over it whose work has every kind: fits, profiles, replicates, fits with a run left out, back-tests */
export async function smallSweep(
  table: string,
  change: (loss: number) => number = (loss) => loss,
): Promise<SweepSpec> {
  const rows = noisyLadder().map((row) => ({
    ...row,
    metrics: { ...row.metrics, ...(row.metrics.loss !== undefined && { loss: change(row.metrics.loss) }) },
  }));
  await writeTable(table, checkpointTableToTable(tableOfRows(rows)));
  return {
    method: "ladder",
    table,
    starts: 16,
    backend: "cpu",
    axes: { link: ["sigmoid", "linear"] },
    bootstrap: { resamples: 30, intervals: ["percentile", "bca"], draws: true },
    backtest: { least_runs: 12 },
  };
}

/** The tables of a run directory with their bytes. */
export function tablesOf(directory: string): Record<string, string> {
  const names = readdirSync(directory).filter((name) => name.endsWith(".parquet"));
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(directory, name)).toString("base64")]),
  );
}
