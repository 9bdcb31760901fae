import { expect, test } from "vitest";
import { countBelow, drawsOf, moments } from "../../src/intervals/draws.ts";

const { NaN: none, POSITIVE_INFINITY: up, NEGATIVE_INFINITY: down } = Number;

test("NaN is dropped and counted, infinite draws stay, the values keep their order", () => {
  const values = Float64Array.of(10, none, 9, up, none, down);
  const draws = drawsOf(values);
  expect([...draws.sorted]).toEqual([down, 9, 10, up]);
  expect(draws.dropped).toBe(2);
  expect([...draws.values]).toEqual([10, none, 9, up, none, down]);
});

test("counts of smaller and equal draws", () => {
  const { sorted } = drawsOf(Float64Array.of(3, 1, 2, 2, 2, 5));
  expect([0, 2, 2.5, 9].map((x) => countBelow(sorted, x))).toEqual([
    { below: 0, same: 0 },
    { below: 1, same: 3 },
    { below: 4, same: 0 },
    { below: 6, same: 0 },
  ]);
});

test("mean and standard deviation leave NaN out", () => {
  expect(moments(drawsOf(Float64Array.of(1, none, 3)))).toEqual({ mean: 2, sd: Math.SQRT2 });
  expect(moments(drawsOf(Float64Array.of(4)))).toEqual({ mean: 4, sd: none });
  expect(moments(drawsOf(Float64Array.of(none)))).toEqual({ mean: none, sd: none });
});
