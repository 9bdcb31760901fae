import { expect, test } from "vitest";
import { formatCount, parseCount, parseSize } from "../../src/tables/numbers.ts";

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

test.each(["", "M", "10G", "abc", "1.2.3M", "1e9B", "0x10", "Infinity", "7 billion", "1,000M"])(
  "%j is no number",
  (text) => {
    expect(parseCount(text)).toBeNaN();
  },
);

test("a size is parameters and tokens", () => {
  expect(parseSize("7B@2T", "here")).toEqual({ n: 7e9, d: 2e12 });
  expect(parseSize("1.9e8@410m", "here")).toEqual({ n: 1.9e8, d: 4.1e8 });
  expect(["7B", "7B-4T", "run@home"].map((name) => parseSize(name, "here"))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([
  ["7Q@2T", "its parts are not two numbers above 0"],
  ["7B@", "its parts are not two numbers above 0"],
  ["-7B@2T", "its parts are not two numbers above 0"],
  ["7@2T", '"7" has no unit'],
  ["7B@2", '"2" has no unit'],
])("%s is no size", (name, problem) => {
  expect(() => parseSize(name, "here")).toThrow(
    `here: ${JSON.stringify(name)}: ${problem}; allowed: parameters@tokens, such as 7B@2T or 1.9e8@3.8e9`,
  );
});

test("different counts have different names", () => {
  expect(formatCount(200_000_001)).not.toBe(formatCount(200_000_000));
});
