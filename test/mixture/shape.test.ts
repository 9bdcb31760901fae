import { expect, test } from "vitest";
import { type Shape, shapeOf } from "../../src/mixture/best.ts";

test.each<[Shape, number[]]>([
  ["flat", [2, 2, 2]],
  ["flat", [2, 2 + 1e-12, 2]],
  ["flat", []],
  ["rising", [1, 1, 2, 2, 3]],
  ["falling", [3, 2, 2, 1]],
  ["peak", [1, 2, 3, 2]],
  ["valley", [3, 1, 1, 2]],
  ["waves", [1, 2, 1, 2]],
  ["rising", [Number.NaN, 1, Number.NaN, 2]],
  // Small steps in one direction add up.
  ["rising", Array.from({ length: 1000 }, (_, i) => 1 + i * 5e-10)],
])("%s: %j", (shape, values) => {
  expect(shapeOf(values)).toBe(shape);
});
