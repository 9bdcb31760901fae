import { expect, test } from "vitest";
import { drawsOf } from "../../../src/intervals/draws.ts";
import { studentised } from "../../../src/intervals/kinds.ts";
import { hours, mean, resampled, sd } from "../air-conditioning.ts";
import { expectClose } from "../close.ts";

const standardError = (values: Float64Array) => sd(values) / Math.sqrt(values.length);
const inputs = {
  estimate: mean(hours),
  standardError: standardError(hours),
  draws: drawsOf(resampled(1999, mean)),
  replicateStandardErrors: resampled(1999, standardError),
};

test("the mean of the hours, as NumPy", () => {
  // t = (means - mean) / errors; mean - error * numpy.quantile(t, [.95, .05]), of the same resamples
  const interval = studentised.compute(inputs, 0.9);
  expectClose(interval.lower, 56.3847677347502);
  expectClose(interval.upper, 266.2628104099608);
  expect(interval).toMatchObject({ draws: 1999, dropped: 0, status: "ok" });
  expect(interval.upperError).toBeGreaterThan(interval.lowerError); // the side of the long tail
});

test("replicates whose standard error is 0, infinite or missing have no t, and are counted", () => {
  const errors = inputs.replicateStandardErrors.slice();
  errors.set([0, Number.POSITIVE_INFINITY, Number.NaN, -1]);
  const interval = studentised.compute({ ...inputs, replicateStandardErrors: errors }, 0.9);
  expect(interval).toMatchObject({ draws: 1995, dropped: 4, status: "ok" });
});

test.each([0, Number.NaN, Number.POSITIVE_INFINITY])("a standard error of %f makes none", (error) => {
  const interval = studentised.compute({ ...inputs, standardError: error }, 0.9);
  expect(interval).toMatchObject({ status: "no-standard-error", lower: Number.NaN });
});

test("standard errors of other replicates are refused", () => {
  const replicateStandardErrors = new Float64Array(3);
  expect(() => studentised.compute({ ...inputs, replicateStandardErrors }, 0.9)).toThrow(
    "3 standard errors of 1999 draws",
  );
});
