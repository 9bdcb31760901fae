import { expect, test } from "vitest";
import { comparePaired } from "../../src/intervals/paired.ts";

test("wins, losses, ties and the mean, by hand", () => {
  const ours = Float64Array.of(1, 2, 3, 4, Number.NaN);
  const theirs = Float64Array.of(2, 2, 5, 1, 0);
  const compared = comparePaired(ours, theirs); // differences -1, 0, -2, 3
  expect(compared).toMatchObject({ mean: 0, wins: 2, losses: 1, ties: 1, winRate: 0.625, dropped: 1 });
  expect(compared.standardError).toBeCloseTo(Math.sqrt(14 / 3), 14);
  // Scores 1, 1, 1/2, 0 have variance 2.25/4 - 0.625^2 = 0.171875.
  expect(compared.winRateError).toBeCloseTo(Math.sqrt(0.171875 / 4), 14);
});

test("differences up to the tie are ties", () => {
  const ours = Float64Array.of(1, 1, 1);
  const theirs = Float64Array.of(1.05, 0.95, 2);
  expect(comparePaired(ours, theirs, 0.1)).toMatchObject({ wins: 1, losses: 0, ties: 2 });
});

test("two infinite errors tie", () => {
  const infinite = Float64Array.of(Number.POSITIVE_INFINITY, 1);
  expect(comparePaired(infinite, infinite)).toMatchObject({ ties: 2, dropped: 0, mean: 0 });
});

test("no pairs, no rate", () => {
  expect(comparePaired(Float64Array.of(Number.NaN), Float64Array.of(1))).toMatchObject({
    mean: Number.NaN,
    winRate: Number.NaN,
    wins: 0,
    dropped: 1,
  });
});

test("replicates that do not match are refused", () => {
  expect(() => comparePaired(new Float64Array(2), new Float64Array(3))).toThrow("2 values against 3");
});
