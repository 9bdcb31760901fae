import { expect, test } from "vitest";
import { normalProbability, normalQuantile } from "../../../src/intervals/normal.ts";
import { expectClose } from "../close.ts";

// scipy.stats.norm.cdf(x), SciPy 1.17.1
test.each([
  [-37, 5.7255712225239266e-300],
  [-8, 6.22096057427174e-16],
  [-3, 0.0013498980316300933],
  [-2.5, 0.006209665325776132],
  [-1, 0.15865525393145707],
  [-1e-9, 0.49999999960105773],
  [0, 0.5],
  [0.5, 0.6914624612740131],
  [2.4, 0.9918024640754038],
  [2.6, 0.9953388119762813],
  [5, 0.9999997133484281],
])("probability below %f", (x, p) => {
  expectClose(normalProbability(x), p, 5e-13);
});

// scipy.stats.norm.ppf(p), SciPy 1.17.1
test.each([
  [1e-300, -37.0470962993612],
  [1e-20, -9.262340089798409],
  [1e-5, -4.264890793922825],
  [0.01, -2.3263478740408408],
  [0.074, -1.4466320671589785],
  [0.076, -1.4325027208258116],
  [0.3, -0.5244005127080409],
  [0.5, 0],
  [0.975, 1.959963984540054],
  [0.999999, 4.753424308817087],
])("quantile at %f", (p, z) => {
  expectClose(normalQuantile(p), z, 3e-15);
});

// The values that Wichura (1988) prints to check an implementation.
test.each([
  [0.25, -0.6744897501960817],
  [0.001, -3.090232306167814],
  [1e-20, -9.262340089798409],
])("quantile at %f as published", (p, z) => {
  expectClose(normalQuantile(p), z, 1e-15);
});

test("ends and beyond", () => {
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ]);
  expect([normalProbability(Number.NEGATIVE_INFINITY), normalProbability(Number.POSITIVE_INFINITY)]).toEqual([
    0, 1,
  ]);
  expect([normalQuantile(-0.1), normalQuantile(1.1), normalProbability(Number.NaN)]).toEqual(
    Array(3).fill(Number.NaN),
  );
});
