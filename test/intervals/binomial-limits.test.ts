import { expect, test } from "vitest";
import { binomialLimits } from "../../src/intervals/distributions.ts";
import { expectClose } from "./close.ts";

// scipy.stats.binomtest(k, n).proportion_ci(confidence, method="exact"), SciPy 1.17.1
test.each([
  [0, 10, 0.95, 0, 0.30849710781876294],
  [10, 10, 0.95, 0.6915028921812371, 1],
  [3, 17, 0.9, 0.04989815455742294, 0.39564143344490194],
  [900, 1000, 0.95, 0.8797120634813063, 0.91789466564442],
  [4321, 5000, 0.999, 0.8476081118891439, 0.8796828368092505],
])("%i of %i at %f", (successes, trials, confidence, low, high) => {
  const limits = binomialLimits(successes, trials, confidence);
  expectClose(limits.low, low, 1e-10);
  expectClose(limits.high, high, 1e-10);
});

test("without trials anything is possible", () => {
  expect(binomialLimits(0, 0)).toEqual({ low: 0, high: 1 });
});
