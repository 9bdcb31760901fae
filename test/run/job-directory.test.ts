import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { queryJob, readManifest, readWhole } from "../../src/run/job-directory.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
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
    expect(await messageOf(readManifest(out))).toContain("not a run directory");
    await run(out);
    expect((await readManifest(out)).program).toBe("lawfit");
    expect((await queryJob(out, "fits")).rows).toBe(2);
    expect(readdirSync(out)).not.toContain(".manifest.json.replaced");
    expect(readFileSync(join(out, "notes.txt"), "utf8")).toBe("mine");
  });

  test("while it wrote leaves a folder within, which goes with the next run; what is not ours stays", async () => {
    const out = join(folder, "within");
    await run(out);
    const half = ".0123456789ab.tmp";
    mkdirSync(join(out, half));
    for (const name of [`${half}/fits.parquet`, ".ba9876543210.tmp", ".notes.tmp"])
      writeFileSync(join(out, name), "half a table");
    expect((await queryJob(out, "fits")).rows).toBe(2);
    await run(out);
    expect(readdirSync(out).filter((name) => name.startsWith("."))).toEqual([".notes.tmp"]);
  });

  test("before it wrote anything of its own leaves a folder that is empty to the next", async () => {
    const out = join(folder, "early");
    mkdirSync(out);
    writeFileSync(join(out, ".0123456789ab.tmp"), "half a run.json");
    mkdirSync(join(out, "lost+found"));
    await run(out);
    expect((await readManifest(out)).program).toBe("lawfit");
  });

  test("nothing is written beside the folder", async () => {
    const out = join(folder, "alone", "run");
    const names = new Set<string>();
    mkdirSync(join(folder, "alone"));
    const watcher = watch(join(folder, "alone"), (_, name) => names.add(String(name)));
    await run(out);
    watcher.close();
    expect([...names].filter((name) => name !== "run")).toEqual([]);
  });
});

test("who reads while the run is written anew is told, and gets no tables of two runs", async () => {
  const out = join(folder, "read");
  await run(out);
  const twice = readWhole(out, async () => {
    await queryJob(out, "cells");
    await run(out);
    return queryJob(out, "fits");
  });
  expect(await messageOf(twice)).toBe(
    `UserError: ${out}: it was rewritten while it was being read; repeat the command`,
  );
  expect(await readWhole(out, async ({ results }) => (await queryJob(out, "fits")).rows - results.fits)).toBe(
    0,
  );
});
