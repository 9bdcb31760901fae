import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readManifest } from "../../../src/run/job-directory.ts";
import { checkpointTableToTable } from "../../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../../src/tables/write.ts";
import { noisyLadder } from "../../bootstrap/noisy-ladder.ts";
import { tableOfRows } from "../../methods/tables.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { lawfit } from "../command-line.ts";

const { folder, file } = temporaryFolder();
const table = join(folder, "noisy.parquet");
const out = join(folder, "run");
const backtest = (...words: string[]) =>
  lawfit("backtest", ...words, "--out", out, "--fresh", "--starts", "16");
const resampled = ["--resamples", "20", "--intervals", "percentile"];

beforeAll(() => writeTable(table, checkpointTableToTable(tableOfRows(noisyLadder(["t", "u"])))));

test("errors, hit rates and where they stand are printed", async () => {
  const { code, stdout, stderr } = await backtest("ladder", "--table", table, ...resampled);
  expect(code).toBe(0);
  expect(stderr).toContain(
    "back-tests: 8 cuts by c (7 more have fewer than 8 runs): 72 predictions of larger runs, ",
  );
  const [head, row] = stdout.split("\n");
  expect(head).toMatch(/ 90 % percentile +held before$/);
  expect(row).toMatch(/ 0\.\d{4}\.\.0\.\d{4} +[\d.]+ % of \d+$/);
  expect(stdout).toMatch(
    /\nback-tests: median error \d+\.\d % at ratio <=2, .*; 90 % percentile intervals held in \d+ of 72, 90 % conformal intervals \(run\) held in \d+ of \d+\n/,
  );
  expect(stdout).toContain(
    ", backtests, backtest_rates, leave_largest_out, choice_effects, predictability (",
  );
});

test("the largest run predicted from each cut is printed, and is in the events for programs", async () => {
  const printed = await backtest("ladder", "--table", table, "--tasks", "t", ...resampled);
  const lines = printed.stdout.split("\n");
  const head = lines.indexOf("the largest run of 8 cuts, predicted from the runs up to it");
  expect(lines[head + 1]).toMatch(
    /^ *cut +runs +target +budget +forecast +actual +error \(%\) +90 % percentile +held$/,
  );
  const rows = lines.slice(head + 2, head + 10);
  for (const row of rows)
    expect(row).toMatch(
      /^ *\S+ +\d+ +\S+ +[\d.]+ x +0\.\d{4} +0\.\d{4} +-?[\d.]+ +0\.\d{4}\.\.0\.\d{4} +(yes|no)$/,
    );
  const events = await backtest("ladder", "--table", table, "--tasks", "t", ...resampled, "--format", "json");
  const done = JSON.parse(events.stdout.trim().split("\n").at(-1)!);
  const percentile = done.leave_largest_out.filter(
    (row: { interval: string }) => row.interval === "percentile",
  );
  expect(percentile).toHaveLength(8);
  percentile.forEach(
    (
      row: { ratio: number; predicted: number; hit: boolean; lower: number; actual: number; upper: number },
      i: number,
    ) => {
      expect(rows[i]).toContain(` ${Number(row.ratio.toPrecision(3))} x `);
      expect(rows[i]).toContain(` ${row.predicted.toFixed(4)} `);
      expect(rows[i]!.endsWith(row.hit ? "yes" : "no")).toBe(true);
      expect(row.hit).toBe(row.lower <= row.actual && row.actual <= row.upper);
    },
  );
});

test("without resamples there are conformal intervals alone", async () => {
  const { stdout } = await backtest(
    "ladder",
    "--table",
    table,
    "--cut-by",
    "n",
    "--least-runs",
    "8",
    "--level",
    "0.5",
  );
  expect(stdout.split("\n")[0]).toMatch(/ 50 % conformal +held before$/);
  const { sweep, results } = await readManifest(out);
  expect(sweep.backtest).toEqual({ by: "n", least_runs: 8, levels: [0.5] });
  expect(sweep.bootstrap).toBeUndefined();
  expect(results).toMatchObject({ intervals: 2 });
  expect(results).not.toHaveProperty("bootstrap");
});

test("options go before the file, the rest of which stays", async () => {
  const path = file("a.yaml", "preset: ladder\ntable: noisy.parquet\nbacktest: {by: n, least_runs: 12}\n");
  await backtest(path, "--by", "c");
  expect((await readManifest(out)).sweep.backtest).toEqual({ by: "c", least_runs: 12, levels: [0.9] });
});

test.each<[string[], string]>([
  [["--cut-by", "d"], 'lawfit: --cut-by: "d"; allowed: n, c'],
  [["--by", "d"], 'lawfit: --by: "d"; allowed: n, c'],
  [["--least-runs", "0"], 'lawfit: --least-runs: "0"; allowed: a whole number >= 1'],
  [
    ["--least-runs", "16"],
    `lawfit: preset ladder: backtest: no cut is possible: of the 16 fit runs of ${table} 15 are below the largest c, and least_runs is 16; allowed: a smaller least_runs, or by: n\n`,
  ],
])("%s is the user's mistake", async (words, message) => {
  const { code, stderr } = await backtest("ladder", "--table", table, ...words);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
});
