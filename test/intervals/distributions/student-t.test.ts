import { expect, test } from "vitest";
import { studentQuantile, twoSidedTail } from "../../../src/intervals/distributions.ts";
import { expectClose } from "../close.ts";

// Critical values of printed tables (the last one SciPy's), odd and even.
test.each([
  [1, 12.7062047362, 0.05],
  [2, 4.30265272975, 0.05],
  [3, 5.84090929976, 0.01],
  [4, 2.13184678633, 0.1],
  [8, 2.30600413503, 0.05],
  [9, 3.24983554402, 0.01],
  [30, 2.0422724563, 0.05],
  [101, 1.983731002955606, 0.05],
])("%i degrees of freedom, t = %f: p = %f", (freedom, t, p) => {
  expect(twoSidedTail(t, freedom)).toBeCloseTo(p, 8);
  expect(twoSidedTail(-t, freedom)).toBeCloseTo(p, 8);
});

test("at 0 nothing is outside", () => {
  expect(twoSidedTail(0, 8)).toBe(1);
});

test("near 0 the tail keeps its digits (the Cauchy's is 1 - 2 atan(t) / pi)", () => {
  expect(1 - twoSidedTail(1e-8, 1)).toBeCloseTo((2 / Math.PI) * 1e-8, 16);
});

test("far out there is nothing", () => {
  expect(twoSidedTail(Number.POSITIVE_INFINITY, 8)).toBe(0);
});

// scipy.stats.t.ppf(p, freedom), SciPy 1.17.1
test.each([
  [0.95, 1, 6.313751514675037],
  [0.975, 2, 4.302652729749462],
  [0.995, 3, 5.840909309733355],
  [0.05, 7.5, -1.8757474792112883],
  [0.6, 4, 0.2707222947075976],
  [0.51, 30, 0.025278783971765764],
  [0.0001, 12, -5.263273007825967],
  [0.05, 1e6, -1.6448551507220406],
  [0.975, Number.POSITIVE_INFINITY, 1.959963984540054],
])("quantile %f with %f degrees of freedom", (p, freedom, t) => {
  expectClose(studentQuantile(p, freedom), t, 1e-11);
});

test("quantiles at the ends and beyond", () => {
  expect([studentQuantile(0, 3), studentQuantile(1, 3)]).toEqual([
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ]);
  expect(studentQuantile(0.5, 3)).toBeCloseTo(0, 15);
  expect([studentQuantile(1.5, 3), studentQuantile(0.5, 0)]).toEqual([Number.NaN, Number.NaN]);
});
