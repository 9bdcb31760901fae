import { expect, test } from "vitest";
import { extent, logTicks, powerOfTen, shortCount, ticksFor } from "../../src/draw/numbers.ts";
import { percent } from "../../src/text.ts";

test.each([
  [190354176, "190M"],
  [1.279e9, "1.28B"],
  [4e12, "4T"],
  [512, "512"],
  [6.5e21, "6.5×10²¹"],
])("%d parameters or tokens are %s", (value, text) => {
  expect(shortCount(value)).toBe(text);
});

test("powers of ten, negative ones too", () => {
  expect([1e21, 4e21, 2.5e-3].map(powerOfTen)).toEqual(["10²¹", "4×10²¹", "2.5×10⁻³"]);
});

test("shares in per cent", () => {
  expect([0.0257, 1, Number.NaN].map((share) => percent(share))).toEqual(["2.6 %", "100 %", ""]);
});

test.each([
  [1.2e19, 3e23, 5],
  [1.9e8, 1.3e10, 5],
  [2, 9, 5],
])("ticks from %d to %d are few, within, and more than one", (low, high, most) => {
  const ticks = logTicks(low, high, most);
  expect(ticks.length).toBeGreaterThan(1);
  expect(ticks.length).toBeLessThanOrEqual(most);
  for (const tick of ticks) expect(tick >= low && tick <= high).toBe(true);
});

test("the extent leaves out what is not finite", () => {
  expect(extent([Number.NaN, 3, Number.NEGATIVE_INFINITY, 1])).toEqual([1, 3]);
  expect(extent([Number.NaN])).toBeUndefined();
});

test("an axis has as many ticks as its labels have room for", () => {
  expect(ticksFor(400, [0, 1])).toBe(5);
  expect(ticksFor(180, [2.4, 2.5])).toBe(3);
  expect(ticksFor(180, [2.04738, 2.04748])).toBe(2);
  expect(ticksFor(180, [])).toBeGreaterThan(1);
});
