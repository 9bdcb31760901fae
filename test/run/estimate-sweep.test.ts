import { expect, test } from "vitest";
import { estimateSweep } from "../../src/run/estimate-sweep.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { smallSweep } from "./small-sweep.ts";

const { folder } = temporaryFolder();

test("a dry run of few cells tries all of them, whatever their kind, and each problem once", async () => {
  const { bootstrap, backtest, ...sweep } = await smallSweep(`${folder}/table.parquet`);
  const axes = {
    link: ["sigmoid", "linear"],
    final_window: [1, 2],
    drop_early: [0, 0.1, 0.5],
    loss1: ["huber", "squared"],
  };
  const { cells, sample, seconds } = await estimateSweep({ ...sweep, starts: 2, axes });
  expect(cells).toBe(24);
  expect(sample.cells).toBe(24);
  // Step 1 by window and loss (4), step 2 by link and share dropped (6).
  expect(sample.problems).toBe(10);
  expect(seconds).toBeGreaterThan(0);
});

test("a dry run foretells the fits that the sweep then does: replicates of fits whose starts agree need no others", async () => {
  const { backtest, ...small } = await smallSweep(`${folder}/agreeing.parquet`);
  const sweep = { ...small, profiles: false, bootstrap: { scheme: "run", resamples: 400 } };
  const { fits } = await estimateSweep(sweep);
  const { manifest } = await runSweep(sweep);
  const ratio = (fits.solve + fits.bootstrap) / manifest.work.fits;
  expect(ratio).toBeGreaterThan(0.8);
  expect(ratio).toBeLessThan(1.25);
});

test("a dry run resamples some of many cells and knows the errors of the others' fits", async () => {
  const table = "data-samples/overnight/checkpoints.parquet";
  const bootstrap = { scheme: "run", resamples: 2, intervals: "percentile" };
  const axes = {
    input: ["n_d", "c"],
    runs: ["all", "n <= 1e9"],
    link: ["sigmoid", "linear"],
    final_window: [1, 5, 10],
  };
  const dry = await estimateSweep({ method: "ladder", table, axes, tasks: ["task1"], starts: 2, bootstrap });
  expect(dry.fits.bootstrap).toBeGreaterThan(0);
});

test("a dry run tries laws that are posed from the fits of others, as those of losses from losses", async () => {
  const table = "data-samples/loss-to-loss/checkpoints.parquet";
  const { sample, seconds } = await estimateSweep({ preset: "loss-to-loss", table });
  expect(sample.problems).toBeGreaterThan(0);
  expect(seconds).toBeGreaterThan(0);
});

test("a dry run seeks no form and says so", async () => {
  const table = "data-samples/flp-m/checkpoints.parquet";
  const axes = { link: "search", law: ["m1", "m2"], domains: "loss@c4" };
  const dry = await estimateSweep({ method: "flp-m", table, axes, tasks: ["arc", "race"], starts: 2 });
  expect(dry.warnings).toContainEqual(expect.stringContaining("forms are sought 2 times before the fits"));
  expect(dry.sample.cells).toBe(4);
});
