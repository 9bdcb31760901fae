import { join } from "node:path";
import { runSweep } from "../../src/sweep/run-sweep.ts";
import type { SweepSpec } from "../../src/sweep/spec.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { mixedRows } from "../methods/flp-m/made-up.ts";
import { type Row, smallLadder, tableOfRows } from "../methods/tables.ts";
import { fakeSolver } from "../sweep/fake-solver.ts";

/** Runs a sweep over rows made by hand and writes its run directory into a folder. */
export async function writeRun(
  folder: string,
  name: string,
  spec: SweepSpec,
  rows: readonly Row[],
): Promise<string> {
  const table = join(folder, `${name}.parquet`);
  await writeTable(table, checkpointTableToTable(tableOfRows(rows)));
  const out = join(folder, name);
  await runSweep({ ...spec, table }, { out, solver: fakeSolver().solver });
  return out;
}

/** Two tasks, of which the second has higher losses. */
function ladderRows(): Row[] {
  return smallLadder(["t", "u & <v>"]).map((row) => {
    const { loss, accuracy } = row.metrics;
    return row.subject === "t" ? row : { ...row, metrics: { loss: 1.1 * loss!, accuracy: accuracy! } };
  });
}

/** A ladder of two tasks with several configurations, draws and back-tests. */
export function ladderRun(folder: string, name = "ladder"): Promise<string> {
  const axes = [
    { link: ["sigmoid", "linear"] },
    { runs: ["n_rank <= 2", "xc <= 3", "flops_rank <= 5", "flops_rank <= 7"] },
  ];
  const spec = { method: "ladder", axes, bootstrap: { resamples: 4, draws: true }, backtest: {} };
  return writeRun(folder, name, spec, ladderRows());
}

/** Two steps from FLOPs, and one. */
export function flpRun(folder: string): Promise<string> {
  const axes = [{ feature: "loss" }, { feature: "loss", law: "power-law-offset" }, { feature: "none" }];
  return writeRun(folder, "flp", { method: "flp", chance: 0.25, axes }, smallLadder());
}

/** Mixtures of two sources. */
export function mixedRun(folder: string): Promise<string> {
  const axes = { law: "m1", link: "linear" };
  return writeRun(folder, "mixed", { method: "flp-m", axes, mixtures: {} }, mixedRows());
}
