import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mergeShards } from "../../src/run/merge-shards.ts";
import { runShard } from "../../src/run/run-shard.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import type { SweepSpec } from "../../src/spec/spec.ts";
import { importTable } from "../../src/tables/import.ts";
import { sharedData } from "../shared-data.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { tablesOf } from "./small-sweep.ts";

const { folder, file } = temporaryFolder();
const path = (name: string) => join(folder, name);
const data = sharedData("loss-to-loss", "sweep.csv");

test.skipIf(data === undefined)(
  "where fits are made with other fits, shards borrow these from each other, and merged are the run in one piece (skipped without the data)",
  async () => {
    const table = path("table.parquet");
    // Two of the six corpora: a pair of each direction.
    const [head, ...lines] = readFileSync(data!, "utf8").trimEnd().split("\n");
    const some = lines.filter((line) => /,(fineweb-100b|smollm-corpus),/.test(line));
    await importTable("loss-to-loss", file("two.csv", [head, ...some].join("\n")), table);
    const spec: SweepSpec = {
      preset: "loss-to-loss",
      table,
      starts: 4,
      backend: "cpu",
      axes: { relation: "train-to-test" },
      tasks: ["hellaswag_test"],
      bootstrap: { resamples: 4, fresh_starts: 1, intervals: ["percentile", "bca"] },
      profiles: false,
    };
    const { manifest } = await runSweep(spec, { out: path("whole") });
    const parts = ["one", "two"].map(path);
    let fits = 0;
    for (const [i, out] of parts.entries()) {
      fits += (await runShard(spec, { out, part: { index: i + 1, count: 2 } })).fits;
    }
    // What one has and the other needs is solved by both.
    expect(fits).toBeGreaterThan(manifest.work.fits);
    await mergeShards(parts, { out: path("merged") });
    expect(tablesOf(path("merged"))).toEqual(tablesOf(path("whole")));
  },
);
