import { expect, test } from "vitest";
import { drawsOf } from "../../../src/intervals/draws.ts";
import { basic, percentile } from "../../../src/intervals/kinds.ts";
import { hours, resampled, sd } from "../air-conditioning.ts";
import { expectClose } from "../close.ts";

const inputs = { estimate: sd(hours), draws: drawsOf(resampled(1999, sd)) };

// scipy.stats.bootstrap with method="basic"; see percentile.test.ts
test.each([
  [0.8, 95.04260565495767, 223.21441689851528],
  [0.9, 81.76294467131365, 228.214324235012],
  [0.99, 56.24996329081617, 236.01389870730537],
])("at level %f as SciPy", (level, lower, upper) => {
  const interval = basic.compute(inputs, level);
  expectClose(interval.lower, lower);
  expectClose(interval.upper, upper);
});

test("each end point has the Monte Carlo error of the quantile it is made of", () => {
  const plain = percentile.compute(inputs, 0.9);
  const mirrored = basic.compute(inputs, 0.9);
  expect([mirrored.lowerError, mirrored.upperError]).toEqual([plain.upperError, plain.lowerError]);
  expect(plain.lowerError).not.toBe(plain.upperError);
});

test("without an estimate there is none", () => {
  const interval = basic.compute({ ...inputs, estimate: Number.NaN }, 0.9);
  expect(interval).toMatchObject({ status: "no-estimate", lower: Number.NaN, draws: 1999 });
});
