import { cpSync, existsSync, mkdirSync, readdirSync, statfsSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readManifest } from "../../src/run/job-directory.ts";
import { jobStatuses } from "../../src/run/job-status.ts";
import { type RunSweepOptions, runSweep } from "../../src/run/run-sweep.ts";
import type { SweepSpec } from "../../src/spec/spec.ts";
import { lockDirectory } from "../../src/store/lock.ts";
import { mounted, remount } from "../store/mounted.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { smallSweep, tablesOf } from "./small-sweep.ts";

const { folder } = temporaryFolder();
const path = (name: string) => join(folder, name);
let spec: SweepSpec;
let whole: Record<string, string>;
let fits: number;

beforeAll(async () => {
  spec = await smallSweep(path("table.parquet"));
  const { manifest } = await runSweep(spec, { out: path("whole") });
  whole = tablesOf(path("whole"));
  ({ fits } = manifest.work);
});

/** The finished run once more, in a folder of its own. */
function wholeIn(name: string): string {
  cpSync(path("whole"), path(name), { recursive: true });
  return path(name);
}

/** Runs until a share of the fits is done, as Ctrl-C ends it. */
async function interrupted(out: string, share: number, own: SweepSpec = spec): Promise<string> {
  const controller = new AbortController();
  const options: RunSweepOptions = {
    out,
    signal: controller.signal,
    onRunProgress: (progress) => {
      if (progress.fits >= share * fits) controller.abort();
    },
  };
  return messageOf(runSweep(own, options));
}

test.each(wholeCrosses ? [0.03, 0.3, 0.9] : [0.6])(
  "interrupted after %s of the fits, a sweep goes on to the same tables, bit for bit",
  async (share) => {
    const out = path(`at-${share}`);
    expect(await interrupted(out, share)).toBe("Interrupted: interrupted");
    expect(existsSync(join(out, "manifest.json"))).toBe(false);
    expect(await messageOf(readManifest(out))).toContain("the sweep is not finished");
    const [status] = await jobStatuses(out);
    expect(status).toMatchObject({ standing: "stopped", process: undefined });
    const { manifest } = await runSweep(spec, { out });
    expect(tablesOf(out)).toEqual(whole);
    // The work that was finished is not done again: the smallest request may be cut.
    expect(manifest.work.fits).toBeLessThanOrEqual((1 - share) * fits + 0.15 * fits);
    expect((await jobStatuses(out))[0]).toMatchObject({ standing: "finished" });
  },
);

test("a finished run solves nothing more; an added value of an axis only what is new", async () => {
  const out = wholeIn("grown");
  expect((await runSweep(spec, { out })).manifest.work.fits).toBe(0);
  const grown = { ...spec, axes: { link: ["linear", "log-sigmoid", "sigmoid"] } };
  const { manifest } = await runSweep(grown, { out });
  expect(manifest.work.fits).toBeGreaterThan(0);
  expect(manifest.work.fits).toBeLessThan(0.6 * fits);
  await runSweep(grown, { out: path("grown-whole") });
  expect(tablesOf(out)).toEqual(tablesOf(path("grown-whole")));
});

test("another sweep or table is refused with the differences, and nothing is touched; fresh starts over", async () => {
  const out = wholeIn("other");
  expect(await messageOf(runSweep({ ...spec, seed: 3 }, { out }))).toBe(
    `UserError: ${out}: holds another sweep: seed was 0 and is 3; allowed: the same sweep, to continue it, --fresh, to ` +
      "start over, or another --out",
  );
  await smallSweep(path("changed.parquet"), (loss) => loss * 1.01);
  const changed = { ...spec, table: path("changed.parquet") };
  expect(await messageOf(runSweep(changed, { out }))).toContain("the table was");
  expect(tablesOf(out)).toEqual(whole);
  const { manifest } = await runSweep(
    { ...spec, seed: 3, backtest: undefined, profiles: false },
    { out, fresh: true },
  );
  expect(manifest.work.fits_found).toBe(0);
  expect(tablesOf(out)["intervals.parquet"]).not.toBe(whole["intervals.parquet"]);
});

test("a shard that was cut short is told, and only what it held is done again", async () => {
  const out = wholeIn("damaged");
  const shards = join(out, "shards");
  const [name] = readdirSync(shards).sort();
  truncateSync(join(shards, name!), 300);
  const warnings: string[] = [];
  const { manifest } = await runSweep(spec, { out, onWarning: (line) => warnings.push(line) });
  expect(warnings[0]).toMatch(/\.shard: damaged \(cut short or changed\): .* will be computed again$/);
  expect(manifest.warnings).toContain(warnings[0]);
  expect(manifest.work.fits).toBeGreaterThan(0);
  expect(tablesOf(out)).toEqual(whole);
});

const disk = path("disk");
const canMount = mounted(disk, "size=20m");

test.skipIf(!canMount)(
  "a full disk is said, and a read-only one; with room the sweep goes on to the same tables (skipped where mount is not permitted)",
  async () => {
    const out = join(disk, "run");
    await interrupted(out, 0.3);
    const { blocks, bfree, bsize } = statfsSync(disk);
    remount(disk, `size=${(blocks - bfree) * bsize + 12_288}`);
    expect(await messageOf(runSweep(spec, { out }))).toMatch(
      /^UserError: .*cannot be written: no space is left on the disk/,
    );
    remount(disk, "ro");
    expect(await messageOf(runSweep(spec, { out }))).toMatch(
      /^UserError: .*cannot be written: the file system is read-only$/,
    );
    remount(disk, "rw,size=20m");
    const { manifest } = await runSweep(spec, { out });
    expect(manifest.work.fits_found).toBeGreaterThan(0);
    expect(tablesOf(out)).toEqual(whole);
  },
);

test("a directory that another process has is refused, a folder that is not ours too", async () => {
  const out = path("locked");
  mkdirSync(out);
  const release = await lockDirectory(out);
  expect(await messageOf(runSweep(spec, { out }))).toContain(`${out}: in use by process ${process.pid}`);
  await release();
  const theirs = path("theirs");
  mkdirSync(theirs);
  writeFileSync(join(theirs, "thesis.tex"), "x");
  expect(await messageOf(runSweep(spec, { out: theirs }))).toContain("not a run directory of lawfit");
  expect(readdirSync(theirs)).toEqual(["thesis.tex"]);
});

test("a sweep that fails before anything is finished leaves no directory, nor those made above it", async () => {
  const out = path("deep/er/run");
  const controller = new AbortController();
  controller.abort();
  expect(await messageOf(runSweep(spec, { out, signal: controller.signal }))).toContain("Interrupted");
  expect(readdirSync(folder)).not.toContain("deep");
});
