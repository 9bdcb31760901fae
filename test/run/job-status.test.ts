import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { jobStatuses } from "../../src/run/job-status.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import { LOCK } from "../../src/store/lock.ts";
import { thisProcess } from "../../src/store/machine.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { smallLadder, tableOfRows } from "../methods/tables.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();
const run = join(folder, "run");
const lock = join(run, LOCK);

/** A run that another machine is at, or was. */
beforeAll(async () => {
  const table = join(folder, "small.parquet");
  await writeTable(table, checkpointTableToTable(tableOfRows(smallLadder())));
  await runSweep({ method: "ladder", table, starts: 4, backend: "cpu" }, { out: run });
  const state = JSON.parse(readFileSync(join(run, "run.json"), "utf8"));
  writeFileSync(join(run, "run.json"), JSON.stringify({ ...state, finished: null }));
  writeFileSync(
    lock,
    JSON.stringify({ ...thisProcess(), host: "node7", machine: "another", token: "0", since: "then" }),
  );
});

const hours = (count: number) => Date.now() / 1000 + 3600 * count;

test.each([
  ["ahead", 3],
  ["behind", -3],
])(
  "a process on a machine whose clock is %s runs where it shows signs of life, and else does not",
  async (_, by) => {
    let time = hours(by);
    utimesSync(lock, time, time);
    expect((await jobStatuses(run, { beat: 20 }))[0]).toMatchObject({
      standing: "stopped",
      process: undefined,
    });
    const heart = setInterval(() => utimesSync(lock, ++time, time), 20);
    const [status] = await jobStatuses(run, { beat: 500 }).finally(() => clearInterval(heart));
    expect(status).toMatchObject({ standing: "running", process: { host: "node7" } });
    expect(status!.heard).toBeGreaterThanOrEqual(0);
  },
);
