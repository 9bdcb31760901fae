import { expect, test } from "vitest";
import { chiSquareTail } from "../../../src/intervals/distributions.ts";
import { expectClose } from "../close.ts";

// scipy.stats.chi2.sf(x, freedom), SciPy 1.17.1
test.each([
  [3.84, 1, 0.05004352124870519],
  [0.5, 2, 0.7788007830714049],
  [20, 9, 0.017912404529843298],
  [5, 50, 1],
  [90, 33, 3.4895218707288936e-7],
])("more than %f with %i degrees of freedom", (x, freedom, p) => {
  expectClose(chiSquareTail(x, freedom), p);
});

test("ends", () => {
  expect([chiSquareTail(0, 3), chiSquareTail(Number.NaN, 3)]).toEqual([1, Number.NaN]);
});
