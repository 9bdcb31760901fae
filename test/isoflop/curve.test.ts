import { expect, test } from "vitest";
import { curveOf } from "../../src/isoflop/curve.ts";

const runs = [
  { run: "a", place: 0, n: 1e8, d: 8e9, c: 6e18, loss: 3 },
  { run: "b", place: 1, n: 2e8, d: 4e9, c: 6e18, loss: 2.5 },
  { run: "c", place: 2, n: 2e8, d: 5e9, c: 6e18, loss: 2.7 },
];
const budget = { c: 6e18, runs, leftOut: 0, leftOutReason: null, joinedBy: null, spendsAll: false };

test("one point a size, the mean of its runs", () => {
  const { n, x, losses } = curveOf(budget);
  expect(n).toEqual([1e8, 2e8]);
  expect([...x]).toEqual([Math.log(1e8), Math.log(2e8)]);
  expect([...losses()]).toEqual([3, expect.closeTo(2.6, 12)]);
});

test("noise is on each run, in proportion to its loss", () => {
  const noise = [0.1, 0, -0.1];
  expect([...curveOf(budget).losses((run) => noise[run]!)]).toEqual([
    expect.closeTo(3.3, 12),
    expect.closeTo((2.5 + 2.43) / 2, 12),
  ]);
});

test("tokens: C/(6N), or on the line between the runs' where that does not hold; infinite beyond the sizes", () => {
  const middle = Math.log(1e8) / 2 + Math.log(2e8) / 2;
  expect(curveOf({ ...budget, spendsAll: true }).logTokens(middle)).toBeCloseTo(Math.log(1e18) - middle, 12);
  const { logTokens } = curveOf(budget);
  const ofPair = (Math.log(4e9) + Math.log(5e9)) / 2;
  expect(logTokens(middle)).toBeCloseTo((Math.log(8e9) + ofPair) / 2, 12);
  expect(logTokens(Math.log(1e8))).toBeCloseTo(Math.log(8e9), 12);
  expect(logTokens(Math.log(2e8))).toBeCloseTo(ofPair, 12);
  expect(logTokens(Number.POSITIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
});
