import { copyFileSync, cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readManifest } from "../../src/run/job-directory.ts";
import { jobStatuses } from "../../src/run/job-status.ts";
import { mergeShards } from "../../src/run/merge-shards.ts";
import { runShard } from "../../src/run/run-shard.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import { shardFolder } from "../../src/run/shard.ts";
import type { SweepSpec } from "../../src/spec/spec.ts";
import { packBytes, packResult } from "../../src/store/pack-file.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";
import { smallSweep, tablesOf } from "./small-sweep.ts";

const { folder } = temporaryFolder();
const path = (name: string) => join(folder, name);
const count = 3;
const parts = path("parts");
const directories = Array.from({ length: count }, (_, i) => shardFolder(parts, { index: i + 1, count }));
let spec: SweepSpec;

async function runParts(
  own: SweepSpec,
  to: readonly string[],
): Promise<{ problems: number; fits: number }[]> {
  const found = [];
  for (const [i, out] of to.entries())
    found.push(await runShard(own, { out, part: { index: i + 1, count } }));
  return found;
}

beforeAll(async () => {
  const whole = await smallSweep(path("table.parquet"));
  spec = { ...whole, bootstrap: { resamples: 10, draws: true }, profiles: false };
});

describe("shards of a sweep", () => {
  test("share its work, and merged have its tables, bit for bit", async () => {
    const { manifest } = await runSweep(spec, { out: path("whole") });
    const found = await runParts(spec, directories);
    expect(found.reduce((sum, { problems }) => sum + problems, 0)).toBe(manifest.counts.problems);
    expect(found.reduce((sum, { fits }) => sum + fits, 0)).toBe(manifest.work.fits);
    expect(await messageOf(readManifest(directories[0]!))).toContain(
      "shard 1/3 of a sweep has no tables of its own",
    );
    // The order in which they are given means nothing.
    const merged = await mergeShards(directories.toReversed(), { out: parts });
    expect(merged.manifest.work.fits).toBe(0);
    expect(tablesOf(parts)).toEqual(tablesOf(path("whole")));
    expect((await jobStatuses(parts)).map(({ standing }) => standing)).toEqual(new Array(4).fill("finished"));
    // What was merged is a run like any other: it grows.
    const grown = await runSweep(
      { ...spec, axes: { link: ["sigmoid", "linear", "mirrored-gompertz"] } },
      { out: parts },
    );
    expect(grown.manifest.work.fits).toBeGreaterThan(0);
    expect(grown.manifest.work.fits).toBeLessThan(0.6 * manifest.work.fits);
  });

  test("are named where one is missing, doubled or not finished", async () => {
    const [one, two, three] = directories as [string, string, string];
    const out = path("wrong");
    expect(await messageOf(mergeShards([one, three], { out }))).toBe("UserError: merge: missing: shard 2/3");
    const copy = path("copy");
    cpSync(two, copy, { recursive: true });
    expect(await messageOf(mergeShards([one, two, copy], { out }))).toBe(
      `UserError: merge: shard 2/3 is given twice: ${two}, ${copy}; missing: shard 3/3`,
    );
    const state = JSON.parse(readFileSync(join(copy, "run.json"), "utf8"));
    writeFileSync(join(copy, "run.json"), JSON.stringify({ ...state, finished: null }));
    expect(await messageOf(mergeShards([one, copy, three], { out }))).toContain(
      `shard 2/3 (${copy}) is not finished: repeat the command that started it to continue`,
    );
    writeFileSync(join(copy, "run.json"), JSON.stringify({ ...state, sweep: { ...state.sweep, seed: 9 } }));
    expect(await messageOf(mergeShards([one, copy, three], { out }))).toBe(
      `UserError: ${copy}: belongs to another sweep than ${one}: seed was 0 and is 9`,
    );
    expect(await messageOf(mergeShards([path("whole")], { out }))).toContain("not a shard; allowed: shards");
    expect(readdirSync(folder)).not.toContain("wrong");
  });

  test("whose files are not what they were: a result that is missing, doubled or different is named", async () => {
    const copies = directories.map((_, i) => path(`copy-${i}`));
    directories.forEach((directory, i) => {
      cpSync(directory, copies[i]!, { recursive: true });
    });
    const shards = join(copies[1]!, "shards");
    const name = readdirSync(shards)[0]!;
    copyFileSync(join(shards, name), join(copies[0]!, "shards", name));
    expect(await messageOf(mergeShards(copies, { out: path("doubled") }))).toMatch(
      new RegExp(`^UserError: result [0-9a-f]{32} has two owners: ${copies[0]} and ${copies[1]}$`),
    );
    rmSync(join(copies[0]!, "shards", name));
    renameSync(join(shards, name), path("away.shard"));
    expect(await messageOf(mergeShards(copies, { out: path("missing") }))).toMatch(
      new RegExp(
        `missing, the first of problem [0-9a-f]{16}, which shard 2/3 \\(${copies[1]}\\) owns: repeat its command$`,
      ),
    );
    renameSync(path("away.shard"), join(shards, name));
    const first = readFileSync(join(shards, name), "utf8");
    const key = /"key":"([0-9a-f]{32})"/.exec(first)![1]!;
    writeFileSync(join(copies[2]!, "shards", "x.shard"), packBytes([packResult(key, "other bits", true)]));
    expect(await messageOf(mergeShards(copies, { out: path("different") }))).toContain(
      "their machines do not compute the same bits",
    );
  });
});
