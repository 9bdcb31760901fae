import { expect, test } from "vitest";
import { intervalScore } from "../../bench/coverage/interval-score.ts";

test.each([
  [1.5, 1], // inside: the width
  [0.9, 1 + 0.1 * 20], // 2 / (1 - 0.9) for each unit outside
  [2.5, 1 + 0.5 * 20],
])("of [1, 2] at 90 %% where the value is %f", (actual, score) => {
  expect(intervalScore(1, 2, actual, 0.9)).toBeCloseTo(score, 12);
});

test("an infinite interval has the worst score", () => {
  expect(intervalScore(Number.NEGATIVE_INFINITY, 2, 0, 0.9)).toBe(Number.POSITIVE_INFINITY);
});
