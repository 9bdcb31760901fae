import { expect, test } from "vitest";
import { weightedLine } from "../../src/isoflop/law.ts";

const x = [2e17, 4.4e17, 1e18, 2.1e18, 4.6e18].map(Math.log);
const y = [17.7, 18.15, 18.5, 18.95, 19.25];
const weights = [0.02, 0.01, 0.03, 0.015, 0.04].map((sd) => sd ** -2);

test("slope, intercept, standard error, R^2 and chi^2 are NumPy's", () => {
  // numpy.polyfit(x, y, 1, w=1/sd, cov=True) of NumPy 2.4.6; R^2 and chi^2 of its residuals with weights 1/sd^2.
  const line = weightedLine(x, y, weights)!;
  expect(line.slope).toBeCloseTo(0.5104106619197324, 11);
  expect(line.intercept).toBeCloseTo(-2.5989231865968416, 9);
  expect(line.standardError).toBeCloseTo(0.018260428725075807, 11);
  expect(line.chiSquared).toBeCloseTo(13.711683159401097, 9);
  expect(line.rSquared).toBeCloseTo(0.9961749305299892, 11);
});

test("a pair without a finite number is left out", () => {
  const more = weightedLine([...x, 40, Number.NaN], [...y, Number.POSITIVE_INFINITY, 1], [...weights, 1, 1]);
  expect(more).toEqual(weightedLine(x, y, weights));
});

test("fewer than two different x have no line; two have one without a standard error", () => {
  expect(weightedLine([1, 1], [2, 3], [1, 1])).toBeUndefined();
  expect(weightedLine([], [], [])).toBeUndefined();
  expect(weightedLine([1, 2], [2, 4], [1, 9])).toMatchObject({
    slope: 2,
    intercept: 0,
    standardError: Number.NaN,
  });
});
