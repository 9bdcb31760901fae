import { expect, test } from "vitest";
import { type Check, checkRows } from "../../src/throughput/report.ts";
import { row } from "./rows.ts";

const verdicts = (checks: Check[], pattern: RegExp) =>
  checks.filter(({ requirement }) => pattern.test(requirement)).map(({ verdict }) => verdict);

test("SciPy must be at least 150 times slower and Ceres 50 times", () => {
  const check = (scipy: number, ceres: number) =>
    checkRows([
      row("piqa_val", "lawfit-avx512"),
      row("piqa_val", "scipy-lbfgsb", { lawfitRatio: scipy }),
      row("piqa_val", "ceres", { lawfitRatio: ceres }),
    ]);
  expect(verdicts(check(150, 50), /^times/)).toEqual(["pass", "pass"]);
  expect(verdicts(check(149.9, 50), /^times/)).toEqual(["FAIL", "pass"]);
  expect(verdicts(check(151, 49.9), /^times/)).toEqual(["pass", "FAIL"]);
  expect(verdicts(check(Number.POSITIVE_INFINITY, 51), /^times/)).toEqual(["pass", "pass"]);
});

test("a lawfit without a good fit fails", () => {
  const checks = checkRows([
    row("piqa_val", "lawfit-avx512", { goodShare: 0, goodFitsPerSecond: 0 }),
    row("piqa_val", "scipy-lbfgsb", { lawfitRatio: 0, lawfitShareOfSameStarts: 0, goodShare: 0.1 }),
  ]);
  expect(verdicts(checks, /scipy/)).toEqual(["FAIL", "FAIL"]);
});

test("where no start of Ceres is good, it is left out", () => {
  const checks = checkRows([
    row("boolq_val", "lawfit-avx512"),
    row("boolq_val", "ceres", { goodShare: 0, lawfitRatio: Number.POSITIVE_INFINITY }),
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
  const speed = (series: string, program: string, goodFitsPerSecond: number) =>
    row(series, program, { goodFitsPerSecond, kind: series === "hellaswag_val" ? "loss" : "link" });
  const checks = checkRows([
    speed("hellaswag_val", "lawfit-avx512", 100_000),
    speed("hellaswag_val", "lawfit-avx2", 49_999),
    speed("hellaswag_val", "lawfit-wasm", 16_667),
    speed("hellaswag_val_sigmoid", "lawfit-avx512", 29_999),
    speed("hellaswag_val_sigmoid", "lawfit-avx2", 15_000),
    speed("hellaswag_val_sigmoid", "lawfit-wasm", 5_000),
  ]);
  expect(verdicts(checks, /^good fits/)).toEqual(["pass", "FAIL", "pass", "FAIL", "pass", "pass"]);
});

test("what was not measured is said, and neither passes nor fails", () => {
  const checks = checkRows([row("task1", "lawfit-avx512")]);
  expect(new Set(checks.map(({ verdict }) => verdict))).toEqual(new Set(["not measured"]));
  expect(checks.map(({ series }) => series)).toContain("hellaswag_val");
});
