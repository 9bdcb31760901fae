import { expect, test } from "vitest";
import { drawsOf } from "../../../src/intervals/draws.ts";
import { expanded, expandedLevel, percentile } from "../../../src/intervals/kinds.ts";
import { resampled, sd } from "../air-conditioning.ts";
import { expectClose } from "../close.ts";

const draws = drawsOf(resampled(1999, sd));

// 2 * scipy.stats.norm.cdf(scipy.stats.t.ppf((1 + level) / 2, freedom)) - 1, SciPy 1.17.1
test.each([
  [0.9, 3, 0.9813955596301498],
  [0.9, 11, 0.9274871626382113],
  [0.95, 35, 0.9576544301824437],
  [0.9, Number.POSITIVE_INFINITY, 0.9],
])("level %f with %f degrees of freedom", (level, freedom, wanted) => {
  expectClose(expandedLevel(level, freedom), wanted, 1e-9);
});

test("is the percentile interval of the level further out", () => {
  const found = expanded.compute({ draws, residualFreedom: 11 }, 0.9);
  expect(found).toEqual(percentile.compute({ draws }, expandedLevel(0.9, 11)));
  const plain = percentile.compute({ draws }, 0.9);
  expect(found.lower).toBeLessThan(plain.lower);
  expect(found.upper).toBeGreaterThan(plain.upper);
});

test.each([0, -1, Number.NaN])("there is none with %f degrees of freedom", (residualFreedom) => {
  const found = expanded.compute({ draws, residualFreedom }, 0.9);
  expect(found).toMatchObject({ status: "no-freedom", lower: Number.NaN, upper: Number.NaN, draws: 1999 });
});

test("draws of runs with replacement are spread too little: further out by sqrt(n/(n - 1))", () => {
  const widening = Math.sqrt(8 / 7);
  // 2 * scipy.stats.norm.cdf(sqrt(8 / 7) * scipy.stats.t.ppf(0.95, 7)) - 1
  expectClose(expandedLevel(0.9, 7, widening), 0.9571726381653067, 1e-9);
  const found = expanded.compute({ draws, residualFreedom: 7, widening }, 0.9);
  expect(found).toEqual(percentile.compute({ draws }, expandedLevel(0.9, 7, widening)));
  expect(found.upper).toBeGreaterThan(expanded.compute({ draws, residualFreedom: 7 }, 0.9).upper);
});
