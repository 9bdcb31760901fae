import { expect, test } from "vitest";
import { dropEarly, smooth } from "../../src/methods/series.ts";

const of = (...values: number[]) => Float64Array.from(values);

const trailingMean = (values: Float64Array, width: number) => smooth(width)({ x: values, y: values }).y;

test("a trailing mean averages as many values as there are at the start", () => {
  expect(trailingMean(of(1, 3, 8, 0, 4), 3)).toEqual(of(1, 2, 4, 11 / 3, 4));
});

test("a window of one changes nothing, one longer than the run is a running mean", () => {
  expect(trailingMean(of(5, 1, 3), 1)).toEqual(of(5, 1, 3));
  expect(trailingMean(of(5, 1, 3), 10)).toEqual(of(5, 3, 3));
});

test("the share dropped is rounded up", () => {
  const x = of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  expect(dropEarly(0.1)({ x, y: x }).x).toEqual(x.subarray(2));
  expect(dropEarly(0)({ x, y: x }).x).toEqual(x);
});

test("x and y are smoothed alike", () => {
  expect(smooth(2)({ x: of(1, 3), y: of(10, 20) })).toEqual({ x: of(1, 2), y: of(10, 15) });
});
