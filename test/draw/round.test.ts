import { expect, test } from "vitest";
import { formatKnown } from "../../src/draw/known-numbers.ts";
import { roundInterval, roundTo } from "../../src/draw/numbers.ts";

test.each([
  [0.82524, 0.776, 0.861, "0.825"],
  [0.82524, 0.6, 0.99, "0.83"],
  [0.6, 0.5, 0.7, "0.60"],
  [0.82524, 0.82, 0.8303, "0.8252"],
  [1234.56, 1000, 1500, "1235"],
])("%d in %d to %d has as many digits as half the width supports: %s", (value, lower, upper, text) => {
  expect(roundTo(value, lower, upper)).toBe(text);
});

test("without an interval, or with an empty one, four significant digits", () => {
  expect(roundTo(0.825244)).toBe("0.8252");
  expect(roundTo(0.825244, 0.8, 0.8)).toBe("0.8252");
  expect(roundTo(1.234567e9)).toBe("1.235e+9");
  expect(roundTo(Number.NaN, 0, 1)).toBe("");
});

test("both ends of an interval have the same digits; none without an end", () => {
  expect(roundInterval(0.77612, 0.86)).toBe("0.776 to 0.860");
  expect(roundInterval(0.77612, Number.POSITIVE_INFINITY)).toBe("");
});

test("an error alone has two digits, also where they make 1", () => {
  expect(
    ["0.999981615", "1.016448231", "0.0234567", "1234.5"].map((error) => formatKnown(Number(error))),
  ).toEqual(["1", "1", "0.023", "1200"]);
});
