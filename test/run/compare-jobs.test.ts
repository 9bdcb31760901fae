import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { formatComparison } from "../../src/cli/comparison-summary.ts";
import { compareJobs } from "../../src/run/compare-jobs.ts";
import { queryJob } from "../../src/run/job-directory.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import type { SweepSpec } from "../../src/spec/spec.ts";
import { cell, findColumn, type Table } from "../../src/tables/table.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";
import { smallSweep } from "./small-sweep.ts";

const { folder } = temporaryFolder();
const path = (name: string) => join(folder, name);
let spec: SweepSpec;

const value = (table: Table, name: string, row = 0) => cell(findColumn(table, name)!, row);

beforeAll(async () => {
  const { backtest: _, ...rest } = await smallSweep(path("table.parquet"));
  spec = { ...rest, bootstrap: { resamples: 10, intervals: "percentile", draws: true }, profiles: false };
  await runSweep(spec, { out: path("a") });
  await smallSweep(path("moved.parquet"), (loss) => loss + 0.002 * Math.sin(1e4 * loss));
  await runSweep({ ...spec, table: path("moved.parquet") }, { out: path("b") });
});

test("a run against itself: nothing changed", async () => {
  const { counts, runs, changed } = await compareJobs(path("a"), path("a"));
  expect(counts).toEqual({ same: 2, changed: 0, onlyFirst: 0, onlySecond: 0 });
  expect(runs).toEqual([]);
  expect(changed.rows).toBe(0);
});

test("a changed table: the differences, replicate by replicate, and what was changed", async () => {
  const found = await compareJobs(path("a"), path("b"));
  expect(found.counts).toEqual({ same: 0, changed: 2, onlyFirst: 0, onlySecond: 0 });
  expect(found.unpaired).toBeUndefined();
  expect(found.runs[0]).toMatch(/^table: .*table\.parquet \(\d+ rows\) -> .*moved\.parquet/);
  const { changed } = found;
  const difference = value(changed, "difference") as number;
  expect(Math.abs(difference)).toBeGreaterThanOrEqual(Math.abs(value(changed, "difference", 1) as number));
  expect(difference).toBe(
    (value(changed, "predicted_second") as number) - (value(changed, "predicted_first") as number),
  );
  // Against the draws themselves.
  const draws = await Promise.all(
    ["a", "b"].map(async (run) => {
      const link = String(value(changed, "link"));
      const cells = await queryJob(path(run), "cells", { where: `link = '${link}'` });
      const where = `cell = ${value(cells, "cell")} AND target = '${value(changed, "target")}'`;
      const table = await queryJob(path(run), "draws", { where });
      return findColumn(table, "predicted")!.values as Float64Array;
    }),
  );
  const differences = Array.from(draws[1]!, (b, i) => b - draws[0]![i]!).filter((one) => !Number.isNaN(one));
  const mean = differences.reduce((sum, one) => sum + one, 0) / differences.length;
  expect(value(changed, "paired_mean")).toBeCloseTo(mean, 12);
  expect(value(changed, "replicates")).toBe(differences.length);
  expect(formatComparison(found)).toContain("0 predictions the same, 2 changed\n");
});

test("cells that only one has are counted; without draws the reason is said", async () => {
  const fewer = { ...spec, table: path("moved.parquet"), axes: { link: "linear" }, bootstrap: undefined };
  await runSweep(fewer, { out: path("c") });
  const found = await compareJobs(path("a"), path("c"));
  expect(found.counts).toEqual({ same: 0, changed: 1, onlyFirst: 1, onlySecond: 0 });
  expect(found.unpaired).toContain("not both run directories have draws");
  expect(value(found.changed, "paired_mean")).toBeNull();
  const text = formatComparison(found);
  expect(text).toContain("0 predictions the same, 1 changed, 1 only in the first\n");
  expect(text).toContain("no paired differences: not both run directories have draws");
});

test("other resamples are not paired", async () => {
  await runSweep({ ...spec, seed: 5 }, { out: path("d") });
  const found = await compareJobs(path("b"), path("d"));
  expect(found.unpaired).toBe("they have different seeds, so their resamples differ");
  expect(found.runs).toContain("seed: 0 -> 5");
});

test("what is no run is refused", async () => {
  expect(await messageOf(compareJobs(path("a"), path("none")))).toContain("no such run directory");
});

test("cells of a sweep without a rare axis are those of its default in one that uses it", async () => {
  const { bootstrap: _, ...plain } = spec;
  await runSweep(plain, { out: path("plain") });
  await runSweep(
    { ...plain, axes: { ...plain.axes, law: ["input", "kaplan-offset"] } },
    { out: path("laws") },
  );
  const { counts } = await compareJobs(path("plain"), path("laws"));
  expect(counts).toEqual({ same: 2, changed: 0, onlyFirst: 0, onlySecond: 2 });
});
