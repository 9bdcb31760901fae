import { expect, test } from "vitest";
import { delta } from "../../../src/intervals/kinds.ts";
import { expectClose } from "../close.ts";

// scipy.stats.t.interval(.9, freedom, loc=2, scale=.3), SciPy 1.17.1
test.each([
  [3, 1.2939909695594527, 2.706009030440547],
  [10, 1.4562616631564969, 2.5437383368435027],
  [undefined, 1.506543911914558, 2.4934560880854417],
])("%s degrees of freedom", (freedom, lower, upper) => {
  const interval = delta.compute({ estimate: 2, standardError: 0.3, freedom }, 0.9);
  expectClose(interval.lower, lower, 1e-10);
  expectClose(interval.upper, upper, 1e-10);
  expect(interval).toMatchObject({ status: "ok", lowerError: Number.NaN, draws: 0 });
});

test.each([
  ["negative", { estimate: 2, standardError: -1 }, "no-standard-error"],
  ["infinite", { estimate: 2, standardError: Number.POSITIVE_INFINITY }, "no-standard-error"],
  ["without degrees of freedom", { estimate: 2, standardError: 1, freedom: 0 }, "no-standard-error"],
  ["not given", { estimate: 2 }, "missing-input"],
  ["of no estimate", { estimate: Number.NaN, standardError: 1 }, "no-estimate"],
])("a standard error that is %s makes none", (_, inputs, status) => {
  expect(delta.compute(inputs, 0.9)).toMatchObject({ status, lower: Number.NaN, upper: Number.NaN });
});

test("a standard error of 0 is said", () => {
  expect(delta.compute({ estimate: 2, standardError: 0 }, 0.9)).toMatchObject({
    status: "no-spread",
    lower: 2,
    upper: 2,
  });
});
