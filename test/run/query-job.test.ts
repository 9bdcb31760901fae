import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { queryJob } from "../../src/run/job-directory.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { findColumn } from "../../src/tables/table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { smallLadder, tableOfRows } from "../methods/tables.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";
import { fakeSolver } from "./fake-solver.ts";

const { folder } = temporaryFolder();
const table = join(folder, "t.parquet");
const run = join(folder, "run");
await writeTable(table, checkpointTableToTable(tableOfRows(smallLadder(["t", "u"]))));
await runSweep({ method: "ladder", table }, { out: run, solver: fakeSolver().solver });

test("rows and columns are chosen", async () => {
  const found = await queryJob(run, "predictions", { where: "task = 'u'", columns: ["target", "task"] });
  expect(found.columns.map(({ name }) => name)).toEqual(["target", "task"]);
  expect(findColumn(found, "task")!.values).toEqual(["u"]);
});

test("what is not there is refused", async () => {
  expect(await messageOf(queryJob(run, "prediction"))).toBe(
    `UserError: ${run}: no table "prediction"; allowed: cells, runs, fits, parameters, points, predictions, problems_skipped, compute_optimal, configurations, choices, axis_importance, curves, curve_means, variance, variance_correlation, identifiability; did you mean "predictions"?`,
  );
  expect(await messageOf(queryJob(join(folder, "none"), "fits"))).toBe(
    `UserError: ${join(folder, "none")}: no such run directory`,
  );
  mkdirSync(join(folder, "empty"));
  expect(await messageOf(queryJob(join(folder, "empty"), "fits"))).toContain(
    "it has no manifest.json of lawfit",
  );
});
