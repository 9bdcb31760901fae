import { expect, test } from "vitest";
import { coverageOf } from "../../bench/coverage/count.ts";
import { binomialLimits } from "../../src/intervals/distributions.ts";

test("hits, misses on either side, width and score, by hand", () => {
  const lower = Float64Array.of(0, 0, 0, 0, Number.NaN, 0);
  const upper = Float64Array.of(1, 1, 2, 1, Number.NaN, 1);
  const actual = Float64Array.of(0.5, -0.5, 3, 1, 0, Number.NaN);
  const coverage = coverageOf(lower, upper, actual, 0.8);
  expect(coverage).toMatchObject({
    trials: 4,
    skipped: 2,
    hits: 2,
    missesLeft: 1,
    missesRight: 1,
    infinite: 0,
  });
  expect(coverage.rate).toBe(0.5);
  expect(coverage.meanWidth).toBe(5 / 4);
  expect(coverage.meanScore).toBeCloseTo((5 + (0.5 + 1) * 10) / 4, 12);
  const { low, high } = binomialLimits(2, 4, 0.95);
  expect([coverage.rateLow, coverage.rateHigh]).toEqual([low, high]);
});

test("infinite intervals are counted", () => {
  const infinite = Float64Array.of(Number.POSITIVE_INFINITY);
  expect(
    coverageOf(
      infinite.map((x) => -x),
      infinite,
      Float64Array.of(3),
      0.9,
    ),
  ).toMatchObject({
    hits: 1,
    infinite: 1,
    meanWidth: Number.POSITIVE_INFINITY,
    meanScore: Number.POSITIVE_INFINITY,
  });
});

test("nothing was tried", () => {
  const nothing = new Float64Array();
  expect(coverageOf(nothing, nothing, nothing, 0.9)).toMatchObject({
    trials: 0,
    rate: Number.NaN,
    rateLow: 0,
    rateHigh: 1,
  });
});

test("lists that do not match are refused", () => {
  const one = Float64Array.of(1);
  expect(() => coverageOf(one, new Float64Array(2), one, 0.9)).toThrow("1 and 2 end points of 1 values");
});
