import { expect, test } from "vitest";
import { acceleration } from "../../src/intervals/kinds.ts";

test("a mean's is a sixth of the skewness over the root of the size", () => {
  // Leaving value x out of n moves the mean by (mean - x) / (n - 1): influence is proportional to x - mean.
  const values = [0, 0, 0, 0, 5];
  const total = 5;
  const leftOut = Float64Array.from(values, (x) => (total - x) / 4);
  // Deviations -1 (four times) and 4: cubes 60, squares 20.
  expect(acceleration([leftOut])).toBeCloseTo(60 / (6 * 20 ** 1.5), 14);
});

test("a stratum of one unit adds nothing", () => {
  const values = Float64Array.of(1, 2, 9, 4);
  expect(acceleration([values, Float64Array.of(7)])).toBe(acceleration([values]));
});

test("differences that are rounding are none", () => {
  expect(acceleration([Float64Array.of(0.1 + 0.2, 0.3, 0.3, 0.3)])).toBeUndefined();
});
