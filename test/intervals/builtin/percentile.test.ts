import { expect, test } from "vitest";
import { drawsOf } from "../../../src/intervals/draws.ts";
import { percentile } from "../../../src/intervals/kinds.ts";
import { resampled, sd } from "../air-conditioning.ts";
import { expectClose } from "../close.ts";

const draws = drawsOf(resampled(1999, sd));

// scipy.stats.bootstrap((hours,), std, n_resamples=0, method="percentile", confidence_level=level,
//   bootstrap_result=SimpleNamespace(bootstrap_distribution=draws)), SciPy 1.17.1, of the same resamples
test.each([
  [0.8, 49.249703619576024, 177.42151486313364],
  [0.9, 44.24979628307933, 190.70117584677766],
  [0.99, 36.45022181078593, 216.21415722727514],
])("at level %f as SciPy", (level, lower, upper) => {
  const interval = percentile.compute({ draws }, level);
  expectClose(interval.lower, lower);
  expectClose(interval.upper, upper);
  expect(interval).toMatchObject({ draws: 1999, dropped: 0, status: "ok" });
});

test("missing replicates are counted", () => {
  const some = drawsOf(Float64Array.from({ length: 100 }, (_, i) => (i % 4 === 0 ? Number.NaN : i)));
  expect(percentile.compute({ draws: some }, 0.5)).toMatchObject({ draws: 75, dropped: 25, status: "ok" });
});

test.each([
  [
    "no replicate has a value",
    [Number.NaN, Number.NaN],
    { status: "no-draws", draws: 0, dropped: 2, lower: Number.NaN },
  ],
  ["one has", [1, Number.NaN], { status: "no-draws", draws: 1, dropped: 1, upper: Number.NaN }],
  [
    "all are the same",
    [2, 2, 2],
    { status: "no-spread", lower: 2, upper: 2, lowerError: Number.POSITIVE_INFINITY },
  ],
  ["too few for the level", [1, 2, 3, 4, 5], { status: "few-draws", upperError: Number.POSITIVE_INFINITY }],
])("%s", (_, values, expected) => {
  expect(percentile.compute({ draws: drawsOf(Float64Array.from(values)) }, 0.9)).toMatchObject(expected);
});

test("a level that is none is refused", () => {
  expect(() => percentile.compute({ draws }, 90)).toThrow("level 90; allowed: above 0 and below 1");
});
