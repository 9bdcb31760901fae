import { expect, test } from "vitest";
import { pearson } from "../../../src/results/analysis/variance.ts";

test("a correlation worked out by hand", () => {
  // Deviations (-4, -1, 5)/3 and (-1, 1, 0): r = 1 / sqrt(14/3 * 2).
  const { r, p } = pearson([1, 2, 4], [1, 3, 2]);
  expect(r).toBeCloseTo(Math.sqrt(3 / 28), 12);
  // One degree of freedom: p = 1 - 2/pi asin(r).
  expect(p).toBeCloseTo(1 - (2 / Math.PI) * Math.asin(r), 12);
});

test("the probability is SciPy's", () => {
  const { r, p } = pearson([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [2, 1, 4, 3, 6, 5, 10, 9, 8, 7]);
  expect(r).toBeCloseTo(139 / 165, 12);
  expect(p).toBeCloseTo(0.002220031225916853, 12);
});

test("without enough points or without variation there is none", () => {
  expect(pearson([1, 2], [3, 5])).toEqual({ r: Number.NaN, p: Number.NaN });
  expect(pearson([1, 2, 3], [5, 5, 5])).toEqual({ r: Number.NaN, p: Number.NaN });
});

test("points on a line", () => {
  const { r, p } = pearson([1, 2, 3, 4], [-2, -4, -6, -8]);
  expect(r).toBeCloseTo(-1, 12);
  expect(p).toBeCloseTo(0, 6);
});
