import { expect, test } from "vitest";
import { rankOf, rankUniformity } from "../../bench/coverage/rank-uniformity.ts";
import { drawsOf } from "../../src/intervals/draws.ts";
import { randomStream } from "../../src/random.ts";
import { expectClose } from "./close.ts";

test("the rank among three draws", () => {
  const draws = drawsOf(Float64Array.of(1, 2, 3));
  expect([0, 1.5, 2, 9].map((actual) => rankOf(draws, actual))).toEqual([0.125, 0.375, 0.5, 0.875]);
  expect([rankOf(draws, Number.NaN), rankOf(drawsOf(new Float64Array()), 1)]).toEqual([
    Number.NaN,
    Number.NaN,
  ]);
});

test("a histogram, as scipy.stats.chisquare([12, 8, 15, 5, 10])", () => {
  const ranks = [12, 8, 15, 5, 10].flatMap((count, bin) => Array(count).fill((bin + 0.5) / 5));
  const uniformity = rankUniformity(Float64Array.from([...ranks, Number.NaN]), 5);
  expect([...uniformity.counts]).toEqual([12, 8, 15, 5, 10]);
  expectClose(uniformity.chiSquare, 5.8);
  expectClose(uniformity.p, 0.21459055821998824);
  expect(uniformity).toMatchObject({ freedom: 4, skipped: 1 });
});

test("draws from the value's own distribution pass, narrower ones fail in a valley", () => {
  const stream = randomStream("ranks");
  const ranks = (sd: number) =>
    Float64Array.from({ length: 1000 }, () => {
      const draws = drawsOf(Float64Array.from({ length: 99 }, () => sd * stream.normal()));
      return rankOf(draws, stream.normal());
    });
  expect(rankUniformity(ranks(1)).p).toBeGreaterThan(0.001);
  const narrow = rankUniformity(ranks(0.6));
  expect(narrow.p).toBeLessThan(1e-6);
  expect(narrow.counts[0]! + narrow.counts[9]!).toBeGreaterThan(2 * (narrow.counts[4]! + narrow.counts[5]!));
});

test("bins that are none are refused", () => {
  expect(() => rankUniformity(new Float64Array(), 1)).toThrow("bins 1; allowed: whole, 2 or more");
});
