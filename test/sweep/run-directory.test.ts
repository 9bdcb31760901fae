import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { queryRun } from "../../src/sweep/query-run.ts";
import { readManifest } from "../../src/sweep/run-directory.ts";
import { runSweep } from "../../src/sweep/run-sweep.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { smallLadder, tableOfRows } from "../methods/tables.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";
import { fakeSolver } from "./fake-solver.ts";

const { folder } = temporaryFolder();
const table = join(folder, "small.parquet");
beforeAll(() => writeTable(table, checkpointTableToTable(tableOfRows(smallLadder()))));

async function run(out: string): Promise<void> {
  await runSweep({ method: "ladder", table }, { out, solver: fakeSolver().solver });
}

describe("a program that was killed", () => {
  test("while it replaced a run leaves no run; the next one takes the folder, what is not ours stays", async () => {
    const out = join(folder, "half");
    await run(out);
    // As it is between the first table that goes and the manifest that comes.
    renameSync(join(out, "manifest.json"), join(out, ".manifest.json.replaced"));
    rmSync(join(out, "fits.parquet"));
    writeFileSync(join(out, "notes.txt"), "mine");
    expect(await messageOf(readManifest(out))).toContain("no run directory");
    await run(out);
    expect((await readManifest(out)).program).toBe("lawfit");
    expect((await queryRun(out, "fits")).rows).toBe(2);
    expect(readdirSync(out)).not.toContain(".manifest.json.replaced");
    expect(readFileSync(join(out, "notes.txt"), "utf8")).toBe("mine");
  });

  test("while it wrote leaves a folder beside, which goes with the next run once it is old", async () => {
    const names = ["run", "run.2", "other"];
    const leftovers = names.map((name) => join(folder, "beside", `.${name}.0123456789ab.tmp`));
    for (const leftover of leftovers) {
      mkdirSync(leftover, { recursive: true });
      writeFileSync(join(leftover, "fits.parquet"), "half a table");
    }
    const out = join(folder, "beside", "run");
    await run(out);
    // A program that is alive may be writing there.
    expect(readdirSync(join(folder, "beside")).sort()).toEqual([
      ...names.map((name) => `.${name}.0123456789ab.tmp`).sort(),
      "run",
    ]);
    const yesterday = Date.now() / 1000 - 86_400;
    for (const leftover of leftovers) utimesSync(leftover, yesterday, yesterday);
    await run(out);
    expect(readdirSync(join(folder, "beside")).sort()).toEqual([
      ".other.0123456789ab.tmp",
      ".run.2.0123456789ab.tmp",
      "run",
    ]);
  });
});
