import { expect, test } from "vitest";
import { drawsOf, fixedLevel, quantile, quantileError } from "../../src/intervals/draws.ts";
import { randomStream } from "../../src/random.ts";
import { hours, sd } from "./air-conditioning.ts";
import { expectClose } from "./close.ts";

test("type 7, as NumPy's default", () => {
  // numpy.quantile(hours, [0, .05, .25, .5, .9, 1])
  const expected = [3, 4.1, 15.25, 88, 220, 487];
  [0, 0.05, 0.25, 0.5, 0.9, 1].forEach((level, i) => {
    expectClose(quantile(hours, level), expected[i]!);
  });
});

test("an infinite draw is a draw, beside which the quantile is infinite", () => {
  const { POSITIVE_INFINITY: up, NEGATIVE_INFINITY: down } = Number;
  const sorted = Float64Array.of(down, down, 0, 1, up);
  expect([0, 0.125, 0.375, 0.5, 0.9].map((level) => quantile(sorted, level))).toEqual([
    down,
    down,
    down,
    0,
    up,
  ]);
  expect(quantile(Float64Array.of(down, up), 0.5)).toBe(down);
});

test("nothing of nothing", () => {
  expect([quantile(new Float64Array(), 0.5), quantile(hours, 1.2)]).toEqual([Number.NaN, Number.NaN]);
});

test("the Monte Carlo error is what another set of draws changes", () => {
  const stream = randomStream("Monte Carlo error");
  const [sets, draws] = [400, 1000];
  const quantiles = new Float64Array(sets);
  let claimed = 0;
  for (let set = 0; set < sets; set++) {
    const { sorted } = drawsOf(Float64Array.from({ length: draws }, () => stream.normal()));
    quantiles[set] = quantile(sorted, 0.05);
    claimed += quantileError(sorted, fixedLevel(0.05, draws)) / sets;
  }
  // sqrt(p (1 - p) / draws) / density; the standard deviation of 400 sets is known to 3.5 %.
  const theory = Math.sqrt((0.05 * 0.95) / draws) / 0.103136;
  expect(sd(quantiles) / theory).toBeGreaterThan(0.88);
  expect(sd(quantiles) / theory).toBeLessThan(1.12);
  expect(Math.abs(claimed / theory - 1)).toBeLessThan(0.06);
});

test("at the edge of the draws the error is infinite", () => {
  expect(quantileError(hours, fixedLevel(0.05, hours.length))).toBe(Number.POSITIVE_INFINITY);
  expect(quantileError(hours, fixedLevel(0.1, hours.length))).toBeLessThan(100);
});
