import { expect, test } from "vitest";
import { type Check, checkRows } from "../../src/throughput/report.ts";
import { row, search } from "./rows.ts";

const verdicts = (checks: Check[], pattern: RegExp) =>
  checks.filter(({ requirement }) => pattern.test(requirement)).map(({ verdict }) => verdict);

test.each([
  ["lawfit-avx512", 150, 50],
  ["lawfit-avx2", 75, 25],
])("problems/s of %s must be at least %d times SciPy's and %d times Ceres's", (program, scipy, ceres) => {
  const check = (timesScipy: number, timesCeres: number) =>
    verdicts(
      checkRows([
        row("piqa_val", program, { problemsPerSecond: 6000 }),
        row("piqa_val", "scipy-lbfgsb", { problemsPerSecond: 6000 / timesScipy }),
        row("piqa_val", "ceres", { problemsPerSecond: 6000 / timesCeres }),
      ]),
      new RegExp(`^problems/s of ${program}, times`),
    );
  expect(check(scipy, ceres)).toEqual(["pass", "pass"]);
  expect(check(scipy - 0.1, ceres)).toEqual(["FAIL", "pass"]);
  expect(check(scipy + 1, ceres - 0.1)).toEqual(["pass", "FAIL"]);
  expect(check(Number.POSITIVE_INFINITY, ceres + 1)).toEqual(["pass", "pass"]);
});

test("a lawfit without a good fit fails", () => {
  const checks = checkRows([
    row("piqa_val", "lawfit-avx512", {
      goodShare: 0,
      problemsPerSecond: 0,
      search: { ...search, isGood: false, problemsPerSecond: 0 },
    }),
    row("piqa_val", "scipy-lbfgsb", { lawfitShareOfSameStarts: 0, goodShare: 0.1 }),
  ]);
  expect(verdicts(checks, /avx512, times those of scipy|^share|^search/)).toEqual(["FAIL", "FAIL", "FAIL"]);
});

test("a search that missed the best fails, though the starts of the benchmark met it", () => {
  const missed = { ...search, isGood: false, problemsPerSecond: 0 };
  const checks = checkRows([
    row("piqa_val", "lawfit-avx512"),
    row("piqa_val", "lawfit-avx2", { search: missed }),
  ]);
  expect(verdicts(checks, /^search/)).toEqual(["pass", "FAIL"]);
});

test("where no start of Ceres is good, it is left out", () => {
  const checks = checkRows([
    row("boolq_val", "lawfit-avx512"),
    row("boolq_val", "ceres", { goodShare: 0, problemsPerSecond: 0 }),
  ]);
  expect(verdicts(checks, /ceres/)).toEqual([]);
});

test("the share of good fits must not be below SciPy's from the same starts", () => {
  const share = (ours: number, theirs: number) =>
    verdicts(
      checkRows([
        row("piqa_val", "lawfit-avx512"),
        row("piqa_val", "scipy-lbfgsb", {
          lawfitRatio: 900,
          goodShare: theirs,
          lawfitShareOfSameStarts: ours,
        }),
      ]),
      /^share/,
    );
  expect(share(0.8, 0.8)).toEqual(["pass"]);
  expect(share(0.79, 0.8)).toEqual(["FAIL"]);
});

test("speeds of each backend on HellaSwag's loss and sigmoid", () => {
  const speed = (series: string, program: string, goodFitsPerSecond: number, problemsPerSecond: number) =>
    row(series, program, {
      goodFitsPerSecond,
      search: { ...search, problemsPerSecond },
      kind: series === "hellaswag_val" ? "loss" : "link",
    });
  const checks = checkRows([
    speed("hellaswag_val", "lawfit-avx512", 100_000, 1_999),
    speed("hellaswag_val", "lawfit-avx2", 49_999, 1_000),
    speed("hellaswag_val", "lawfit-wasm", 16_667, 334),
    speed("hellaswag_val_sigmoid", "lawfit-avx512", 29_999, 400),
    speed("hellaswag_val_sigmoid", "lawfit-avx2", 15_000, 199),
    speed("hellaswag_val_sigmoid", "lawfit-wasm", 5_000, 67),
  ]);
  expect(verdicts(checks, /^good fits/)).toEqual(["pass", "FAIL", "pass", "FAIL", "pass", "pass"]);
  expect(verdicts(checks, /starts: auto$/)).toEqual(["FAIL", "pass", "pass", "pass", "FAIL", "pass"]);
});

test("what was not measured is said, and neither passes nor fails", () => {
  const checks = checkRows([row("task1", "lawfit-avx512", { search: null })]);
  expect(new Set(checks.map(({ verdict }) => verdict))).toEqual(new Set(["not measured"]));
  expect(checks.map(({ series }) => series)).toContain("hellaswag_val");
});
