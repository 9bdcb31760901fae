import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { mergeShards } from "../../src/run/merge-shards.ts";
import { runShard } from "../../src/run/run-shard.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import type { SweepSpec } from "../../src/spec/spec.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { smallSweep, tablesOf } from "./small-sweep.ts";

/** As a file system without hard links says it: exFAT, SMB, some of FUSE. */
vi.mock("node:fs/promises", async (original) => ({
  ...(await original<typeof import("node:fs/promises")>()),
  link: async () => {
    throw Object.assign(new Error("ENOSYS: function not implemented, link"), { code: "ENOSYS" });
  },
}));

const { folder } = temporaryFolder();
const path = (name: string) => join(folder, name);
let spec: SweepSpec;

beforeAll(async () => {
  spec = { ...(await smallSweep(path("table.parquet"))), bootstrap: { resamples: 30 } };
});

test("without hard links runs are locked, and shards merged, to the same tables", async () => {
  await runSweep(spec, { out: path("whole") });
  const parts = [1, 2].map((index) => path(`shard-${index}-of-2`));
  for (const [i, out] of parts.entries()) await runShard(spec, { out, part: { index: i + 1, count: 2 } });
  await mergeShards(parts, { out: path("merged") });
  expect(tablesOf(path("merged"))).toEqual(tablesOf(path("whole")));
  for (const out of [...parts, path("merged"), path("whole")])
    expect(existsSync(out) && readdirSync(out).filter((name) => name.startsWith("."))).toEqual([]);
});
