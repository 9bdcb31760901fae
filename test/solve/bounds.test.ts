import { expect, test } from "vitest";
import { startWithin } from "../../src/solve/problem.ts";

test.each([
  [20, 30, [20, 30]],
  [20, Infinity, [20, 30]],
  [-Infinity, -5, [-15, -5]],
  [7, 7, [7, 7]],
  [5, 100, [5, 10]],
  [-Infinity, Infinity, [0, 10]],
])("starts of 0 to 10 within %d..%d", (lower, upper, range) => {
  expect(startWithin([0, 10], lower, upper)).toEqual(range);
});
