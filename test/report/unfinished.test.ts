import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { writeReport } from "../../src/report/report.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import { smallSweep } from "../run/small-sweep.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();
const run = join(folder, "half");

beforeAll(async () => {
  const controller = new AbortController();
  const spec = await smallSweep(join(folder, "table.parquet"));
  // What is solved before the resampling is kept.
  const stop = messageOf(
    runSweep(spec, {
      out: run,
      signal: controller.signal,
      onRunProgress: ({ phase, done }) => {
        if (phase === "bootstrap" && done > 0) controller.abort();
      },
    }),
  );
  expect(await stop).toMatch(/^Interrupted/);
});

test("the report of a run that is not finished says so, what is run and how far it is", async () => {
  const out = join(folder, "half.html");
  expect((await writeReport(run, { out })).files).toEqual([out]);
  const page = readFileSync(out, "utf8");
  expect(page).toContain("This sweep is not finished: it has no results yet.");
  expect(page).toMatch(/<td>method<\/td><td class="wrap">ladder<\/td>/);
  expect(page).toMatch(/<td>progress<\/td><td class="wrap">\w+: \d+ of \d+ problems?; [\d,]+ fits/);
});

test("so does its Markdown; it has no pictures", async () => {
  const out = join(folder, "half.md");
  await writeReport(run, { out });
  expect(readFileSync(out, "utf8")).toMatch(/^# half\n\nThis sweep is not finished/);
  expect(await messageOf(writeReport(run, { format: "svg", out: join(folder, "pictures") }))).toMatch(
    /the sweep is not finished and has no tables yet/,
  );
});
