import { expect, test } from "vitest";
import { type Interval, randomStarts } from "../../bench/random-starts.ts";

const box: Interval[] = [
  [-1, 0],
  [0, 15],
];

test("starts fill their box", () => {
  const starts = randomStarts(box, 2000, "seed");
  box.forEach(([low, high], j) => {
    const values = starts.map((start) => start[j]!);
    const width = high - low;
    expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
    expect(Math.min(...values)).toBeLessThan(low + 0.01 * width);
    expect(Math.max(...values)).toBeLessThanOrEqual(high);
    expect(Math.max(...values)).toBeGreaterThan(high - 0.01 * width);
  });
});

test("the seed decides the starts, and more starts begin with the same ones", () => {
  expect(randomStarts(box, 5, "seed")).toEqual(randomStarts(box, 9, "seed").slice(0, 5));
  expect(randomStarts(box, 5, "seed")).not.toEqual(randomStarts(box, 5, "other"));
});
