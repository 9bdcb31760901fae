import { expect, test } from "vitest";
import { conformalQuantile } from "../../src/intervals/past-errors.ts";

const scores = (count: number) => Float64Array.from({ length: count }, (_, i) => i + 1);

test.each([
  [9, 0.9, 9],
  [8, 0.9, Number.POSITIVE_INFINITY],
  [19, 0.55, 11], // 20 x 0.55 is 11.000000000000002
  [99, 0.9, 90],
  [100, 0.9, 91],
  [0, 0.5, Number.POSITIVE_INFINITY],
])("of %i scores at %f", (count, probability, expected) => {
  expect(conformalQuantile(scores(count), probability)).toBe(expected);
});
