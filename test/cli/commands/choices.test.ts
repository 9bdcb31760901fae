import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { checkpointTableToTable } from "../../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../../src/tables/write.ts";
import { noisyLadder } from "../../bootstrap/noisy-ladder.ts";
import { tableOfRows } from "../../methods/tables.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { lawfit } from "../command-line.ts";

const { file, folder } = temporaryFolder();
const table = join(folder, "noisy.parquet");
const choices = (...words: string[]) =>
  lawfit("choices", table, ...words, "--out", join(folder, "run"), "--starts", "16");

beforeAll(async () => {
  // No target is measured: the runs that are held out are all that choices are compared on.
  const rows = noisyLadder(["t"]).filter(({ role }) => role !== "target");
  await writeTable(table, checkpointTableToTable(tableOfRows(rows)));
});

test("without a measured target, choices are judged on the largest runs, each against the default", async () => {
  const words = ["--axis", "link,smoothing_order"];
  const { code, stdout, stderr } = await choices(...words);
  expect(code).toBe(0);
  expect(stderr).toMatch(/predictions of larger runs, \d+ problems more; ratios up to [\d.]+, in /);
  const lines = stdout.split("\n");
  expect(lines[0]).toMatch(/^4 configurations; 8 runs held out at 8 cuts$/);
  expect(stdout).toMatch(
    /\naxis +value +against +pairs +runs +error \(%\) +reference \(%\) +shift +95 % of all choices +wins +verdict\n/,
  );
  expect(stdout).toMatch(
    /\nlink +linear +sigmoid +36 +8 +[\d.]+ +[\d.]+ +-?0\.\d\d +-?\d\.\d\d\.\.-?\d\.\d\d +\d+ of 36 +/,
  );
  expect(stdout).toMatch(/\nbeyond noise \(95 % with all \d choices? counted\): /);
  const events = await choices(...words, "--format", "json");
  const { choice_effects: effects } = JSON.parse(events.stdout.trim().split("\n").at(-1)!);
  expect(effects.map(({ axis, value }: Record<string, string>) => [axis, value]).sort()).toEqual([
    ["link", "linear"],
    ["link", "log-sigmoid"],
    ["smoothing_order", "smooth-first"],
  ]);
});

test("a choice that changes nothing is idle, and where no other is left there is nothing to judge", async () => {
  const sweep = file(
    "idle.yaml",
    "method: ladder\naxes: {smoothing_window: 1, smoothing_order: [drop-first, smooth-first]}\n",
  );
  const { code, stdout } = await choices("--sweep", sweep, "--fresh");
  expect(code).toBe(0);
  expect(stdout).toContain(
    "\nidle: smoothing_order (smooth-first)\nno choice can be judged: there is too little to compare\n",
  );
});

test("too few runs to hold some out end with the reason before anything is solved", async () => {
  const { code, stderr } = await choices("--least-runs", "16");
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /backtest: no cut is possible: of the 16 fit runs .*; allowed: a smaller least_runs/,
  );
});
