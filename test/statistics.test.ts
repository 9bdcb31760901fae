import { expect, test } from "vitest";
import { mean, meanOf, median, sum } from "../src/statistics.ts";

test("the mean of nothing is not a number, its sum is 0", () => {
  expect(sum([])).toBe(0);
  expect(mean([])).toBeNaN();
  expect(mean(Float64Array.of(1, 2, 6))).toBe(3);
  expect(meanOf(["a", "bcd"], ({ length }) => length)).toBe(2);
});

test("the median of an even number of values is the mean of the two in the middle", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});
