import { expect, test } from "vitest";
import { inDigitsOf, printed, roundsTo, roundTo } from "../../src/reproduce/paper.ts";

test("trailing zeros count as digits", () => {
  expect(printed("10.0")).toEqual({ text: "10.0", value: 10, decimals: 1 });
  expect(printed("12")).toEqual({ text: "12", value: 12, decimals: 0 });
  expect(printed("-7.6").value).toBe(-7.6);
});

test.each(["", "1.", ".5", "1e3", "1,5", "n/a"])("%j is not a printed number", (text) => {
  expect(() => printed(text)).toThrow(/not a printed number/);
});

test("a number rounds to the printed one within half of its last digit", () => {
  const cell = printed("9.4");
  expect(roundsTo(9.35, cell)).toBe(true);
  expect(roundsTo(9.4499, cell)).toBe(true);
  expect(roundsTo(9.349, cell)).toBe(false);
  expect(roundsTo(9.451, cell)).toBe(false);
  expect(roundsTo(Number.NaN, cell)).toBe(false);
  expect(roundsTo(12.49, printed("12"))).toBe(true);
  expect(roundsTo(12.51, printed("12"))).toBe(false);
});

test("rounding to decimals", () => {
  expect(roundTo(51.268, 1)).toBe(51.3);
  expect(roundTo(-0.456, 2)).toBe(-0.46);
});

test("a number with a power of ten has digits of that power", () => {
  const cell = printed("7.00e+07");
  expect(cell).toEqual({ text: "7.00e+07", value: 7e7, decimals: -5 });
  expect(roundsTo(6.9951e7, cell)).toBe(true);
  expect(roundsTo(6.9949e7, cell)).toBe(false);
  expect(inDigitsOf(69_982_000, cell)).toBe("6.998e+7");
  expect(inDigitsOf(-0.0001, printed("0.40"))).toBe("0.000");
  expect(() => printed("7e7")).toThrow(/not a printed number/);
});
