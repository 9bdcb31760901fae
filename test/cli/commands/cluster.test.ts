import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { smallSweep, tablesOf } from "../../run/small-sweep.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { lawfit } from "../command-line.ts";

const { folder, file } = temporaryFolder();
const path = (name: string) => join(folder, name);
/** A sweep of every kind of work, and one of little work. */
let sweepFile: string;
let little: string;

beforeAll(async () => {
  const spec = await smallSweep(path("table.parquet"));
  sweepFile = file("sweep.yaml", stringify(spec));
  const bootstrap = { resamples: 4, draws: true };
  little = file("little.yaml", stringify({ ...spec, bootstrap, backtest: undefined, profiles: false }));
});

test("shards of one --out, their status, and lawfit merge", async () => {
  const out = path("run");
  await lawfit("sweep", little, "--out", path("whole"), "--quiet");
  const first = await lawfit("sweep", little, "--out", out, "--shard", "1/2");
  expect(first).toMatchObject({ code: 0 });
  expect(first.stdout).toMatch(/^shard 1\/2: \d+ problems, [\d,]+ fits in \d+ s; kept in .*shard-1-of-2\n/);
  expect(first.stdout).toContain(`when all 2 are done: lawfit merge ${out}\n`);
  expect(await lawfit("merge", out)).toMatchObject({
    code: 2,
    stderr: "lawfit: merge: missing: shard 2/2\n",
  });
  expect((await lawfit("show", join(out, "shard-1-of-2"))).stderr).toContain("lawfit merge joins the shards");
  const environment = { ...process.env };
  process.env.JOB_COMPLETION_INDEX = "1";
  try {
    await lawfit("sweep", little, "--out", out, "--shard", "auto/2", "--quiet");
  } finally {
    process.env = environment;
  }
  expect((await lawfit("status", out)).stdout).toMatch(
    /^.*shard-1-of-2 \(shard 1\/2\): finished .*\n.*shard-2-of-2 \(shard 2\/2\): finished .*\n$/,
  );
  const merged = await lawfit("merge", out);
  expect(merged).toMatchObject({ code: 0 });
  expect(merged.stdout).toContain(`tables in ${out}: `);
  expect(tablesOf(out)).toEqual(tablesOf(path("whole")));
  expect((await lawfit("compare", out, path("whole"))).stdout).toContain("0 changed\n");
});

test("lawfit merge takes the directory of each shard, in any order", async () => {
  const shards = ["b", "a"].map(path);
  for (const [i, out] of shards.entries()) {
    await lawfit("sweep", little, "--out", out, "--shard", `${i + 1}/2`, "--quiet");
  }
  const directories = shards.map((out, i) => join(out, `shard-${i + 1}-of-2`));
  expect(await lawfit("merge", ...directories.toReversed(), "--out", path("both"))).toMatchObject({
    code: 0,
  });
  expect(tablesOf(path("both"))).toEqual(tablesOf(path("whole")));
});

test("a dry run says what a sweep is and will take, and writes nothing", async () => {
  const out = path("dry");
  const { code, stdout } = await lawfit("sweep", sweepFile, "--out", out, "--dry-run");
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^cells {5}2: 1 task, 1 target, 2 configurations \(values of axes: link 2\)\nproblems {2}3 distinct ones/,
  );
  expect(stdout).toMatch(/\nfits .*: 48 of the data, 90 of replicates, about [\d,]+ of back-tests\n/);
  expect(stdout).toMatch(/\ntime {6}(about \d+|under 1) s on cpu, /);
  expect(stdout).toMatch(/\nmemory {4}about [\d.]+ [MG]B\ndisk {6}about \d+ MB in /);
  expect(existsSync(out)).toBe(false);
  const json = await lawfit("sweep", sweepFile, "--dry-run", "--format", "json", "--shard", "1/2");
  expect(JSON.parse(json.stdout)).toMatchObject({ cells: 2, problems: 1, fits: { solve: 16 } });
});

test("--format json prints an event a line, the last one what was done", async () => {
  const { stdout, stderr } = await lawfit("sweep", little, "--out", path("json"), "--format", "json");
  expect(stderr).toBe("");
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(new Set(events.map(({ event }) => event))).toEqual(
    new Set(["status", "progress", "warning", "done"]),
  );
  expect(events.at(-1)).toMatchObject({ event: "done", directory: path("json"), counts: { cells: 2 } });
  const phases = events.filter(({ event }) => event === "progress").map(({ phase }) => phase);
  expect(phases).toEqual(expect.arrayContaining(["solve", "bootstrap", "tables"]));
});

test("the status of what is no run is refused", async () => {
  expect(await lawfit("status", path("nowhere"))).toMatchObject({
    code: 2,
    stderr: `lawfit: ${path("nowhere")}: no such run directory\n`,
  });
});
