import { expect, test } from "vitest";
import { benchJson, checkRows, formatBench, formatChecks } from "../../src/throughput/report.ts";
import type { BenchReport } from "../../src/throughput/run-bench.ts";
import { row } from "./rows.ts";

const report: BenchReport = {
  version: "0.1.0",
  date: "2026-11-23T14:00:00.000Z",
  machine: { processor: "A processor", cores: 2, system: "linux x64", node: "v20.20.2" },
  data: "simulated",
  starts: 2000,
  seconds: 1,
  repetitions: 5,
  seed: 0,
  search: { forms: 56, formsPerSecond: 12.5 },
  programs: [{ name: "lawfit-avx512", version: "8 lanes, g++ 12.2" }],
  absent: [{ name: "ceres", reason: "not built: cmake was not found; needs libceres-dev" }],
  rows: [
    row("task1", "lawfit-avx512"),
    row("task1", "scipy-lbfgsb", {
      starts: 168,
      fitsPerSecond: 166.4567,
      goodShare: 0,
      goodFitsPerSecond: 0,
      startsNeeded: Number.POSITIVE_INFINITY,
      problemsPerSecond: 0,
      lawfitRatio: Number.POSITIVE_INFINITY,
    }),
  ],
};

test("the table's columns, and a row a series and program", () => {
  const [head, first, second] = formatBench(report).split("\n");
  expect(head!.split(/ {2,}/)).toEqual([
    "series",
    "program",
    "threads",
    "starts",
    "fits/s",
    "wall fits/s",
    "good",
    "good fits/s",
    "starts needed",
    "problems/s",
    "auto starts",
    "auto problems/s",
    "iterations",
    "points/s",
    "lawfit/this",
  ]);
  expect(first!.split(/ +/)).toEqual([
    "task1",
    "lawfit-avx512",
    "1",
    "2000",
    "120000",
    "60000",
    "1",
    "120000",
    "2",
    "60000",
    "8",
    "5000",
    "45.5",
    "8.74e+7",
    "1",
  ]);
  expect(second!.split(/ +/).slice(3)).toEqual([
    "168",
    "166",
    "60000",
    "0",
    "0",
    "Infinity",
    "0",
    "45.5",
    "8.74e+7",
    "Infinity",
  ]);
});

test("machine, programs, and the absent ones with the reason", () => {
  const text = formatBench(report);
  expect(text).toContain("A processor, 2 cores, linux x64, Node v20.20.2; one thread each");
  expect(text).toContain(
    "2000 starts a problem, seed 0, series of the simulated ladder; peers 1 s a problem",
  );
  expect(text).toContain("lawfit search: 12.5 forms/s of one core (56 forms among the first of each number");
  expect(text).toContain("lawfit-avx512: 8 lanes, g++ 12.2");
  expect(text).toContain("ceres: not measured: not built: cmake was not found; needs libceres-dev");
});

test("JSON keeps full precision, and null stands for what is not finite", () => {
  const checks = checkRows(report.rows);
  const json = JSON.parse(benchJson(report, checks));
  expect(json.rows[1]).toMatchObject({ fitsPerSecond: 166.4567, lawfitRatio: null });
  expect(json.checks).toHaveLength(checks.length);
  expect(JSON.parse(benchJson(report))).not.toHaveProperty("checks");
});

test("checks end with a count", () => {
  const lines = formatChecks(checkRows(report.rows)).trimEnd().split("\n");
  expect(lines[2]).toMatch(
    /^pass +task1 +Infinity +150 +problems\/s of lawfit-avx512, times those of scipy-lbfgsb$/,
  );
  expect(lines.at(-1)).toBe("18 checks: 3 passed, 0 failed, 15 not measured");
});
