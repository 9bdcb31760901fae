import { expect, test } from "vitest";
import { binOf, nearestBelow, RATIO_BINS } from "../../src/backtest/hit-rates.ts";

test.each([
  [0.5, "<=2"],
  [2, "<=2"],
  [2.0001, "2-5"],
  [5, "2-5"],
  [10, "5-10"],
  [84, ">10"],
])("ratio %s is in %s", (ratio, name) => {
  expect(RATIO_BINS[binOf(ratio)]!.name).toBe(name);
});

test("a ratio takes its own range, else the nearest below, never one above", () => {
  expect(nearestBelow(["a", undefined, "c", undefined], 7)).toBe("c");
  expect(nearestBelow(["a", undefined, "c", undefined], 84)).toBe("c");
  expect(nearestBelow(["a", undefined, "c", undefined], 3)).toBe("a");
  expect(nearestBelow([undefined, "b", "c", "d"], 1.5)).toBeUndefined();
});
