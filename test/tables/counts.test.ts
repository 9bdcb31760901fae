import { expect, test } from "vitest";
import { formatCount, parseCount } from "../../src/tables/numbers.ts";

test.each([
  ["200M", 200e6],
  ["1.3B", 1.3e9],
  ["1.1B", 1.1e9],
  ["4T", 4e12],
  ["7", 7],
])("%s is %d and back", (text, count) => {
  expect(parseCount(text)).toBe(count);
  expect(formatCount(count)).toBe(text);
});

test("numbers without a unit are taken as they are", () => {
  expect(["2e8", " 0.5 ", "-1", "13b"].map(parseCount)).toEqual([2e8, 0.5, -1, 13e9]);
});

test.each(["", "M", "10G", "abc", "1.2.3M"])("%j is no number", (text) => {
  expect(parseCount(text)).toBeNaN();
});

test("different counts have different names", () => {
  expect(formatCount(200_000_001)).not.toBe(formatCount(200_000_000));
});
